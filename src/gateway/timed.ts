import type { MakeAbort, OuterSignal } from './send.ts'

/** Runs something later, and answers how to keep it from running. */
export type Timer = (run: () => void, ms: number) => () => void

/** The head of an answer did not come in time. */
export class OriginTimeout extends Error {}

declare function setTimeout(run: () => void, ms: number): unknown
declare function clearTimeout(timer: unknown): void

export const platformTimer: Timer = (run, ms) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

type Call = (url: string, init: never) => Promise<Response>

/** The call, given up (and ended, where the runtime can) when the head of its answer is not there after `ms`. Rejects with OriginTimeout then. */
export function timed(call: Call, ms: number | undefined, makeAbort: MakeAbort | undefined, timer: Timer): Call {
  if (ms === undefined) return call
  return async (url, init: { signal?: OuterSignal }) => {
    const stopper = makeAbort?.()
    const { signal: outer } = init
    if (outer?.aborted) stopper?.abort(outer.reason)
    else outer?.addEventListener('abort', () => stopper?.abort(outer.reason), { once: true })
    let stop = () => {}
    const late = new Promise<never>((_, reject) => {
      stop = timer(() => {
        const error = new OriginTimeout()
        reject(error)
        stopper?.abort(error)
      }, ms)
    })
    const answer = call(url, { ...init, ...(stopper === undefined ? {} : { signal: stopper.signal }) } as never)
    // What comes too late is let go.
    answer.catch(() => {})
    try {
      return await Promise.race([answer, late])
    } catch (error) {
      if (error instanceof OriginTimeout) void answer.then((response) => response.body?.cancel()).catch(() => {})
      throw error
    } finally {
      stop()
    }
  }
}
