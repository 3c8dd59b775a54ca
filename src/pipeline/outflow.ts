import type { Pipe, StreamPowers } from './source.ts'

/** A body that leaves bit by bit. */
export interface Outflow {
  /** The next pieces, valid until the next call; undefined at the end. */
  next(): Promise<Uint8Array[] | undefined>
  /** The last piece has left; called before the stream closes. */
  ended(): void
  /** `next` failed: answers what the stream ends with instead of its proper end. */
  failed(error: unknown): unknown
  /** The receiver is gone. */
  left(reason: unknown): Promise<void>
}

/** The stream of a body; nothing is asked for before the receiver has taken what came before. */
export function streamOf(flow: Outflow, pipe: StreamPowers['pipe'] | undefined, length: number | undefined): ReadableStream {
  if (pipe === undefined) return pulled(flow)
  const into = pipe(length)
  void pump(flow, into)
  return into.readable
}

async function pump(flow: Outflow, into: Pipe): Promise<void> {
  for (;;) {
    let pieces: Uint8Array[] | undefined
    try {
      pieces = await flow.next()
    } catch (error) {
      await into.abort(flow.failed(error)).catch(ignore)
      return
    }
    if (pieces === undefined) {
      flow.ended()
      await into.close().catch(ignore)
      return
    }
    try {
      for (const piece of pieces) if (piece.length > 0) await into.write(piece)
    } catch (error) {
      // Mostly the receiver is gone; where it is not, it must not wait for the rest.
      await into.abort(error).catch(ignore)
      await flow.left(error)
      return
    }
  }
}

/** The receiver is gone, and nobody is left to tell. */
const ignore = () => {}

function pulled(flow: Outflow): ReadableStream {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          for (;;) {
            const pieces = await flow.next()
            if (pieces === undefined) {
              flow.ended()
              controller.close()
              return
            }
            // Copied, since who takes a chunk may look at it after the next was asked for; as one, since a body full of findings comes in hundreds of pieces.
            const chunk = joined(pieces)
            if (chunk.length === 0) continue
            controller.enqueue(chunk)
            return
          }
        } catch (error) {
          controller.error(flow.failed(error))
        }
      },
      cancel: (reason) => flow.left(reason),
    },
    { highWaterMark: 0 },
  )
}

/** A copy of all pieces. */
function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}
