/**
 * Undoes up to a few codings on one another, with the caps that stop a bomb.
 *
 * Encoded bytes are taken in steps of 256, counted from the start of the body, so both what comes out and where a cap strikes are
 * the same for every cut of the body. Each layer, and all of them together, may put out 64 KiB plus `maxRatio` bytes for each
 * encoded byte taken (rounded up to the step); the output ends exactly there. Inside a step output is pulled in pieces of at
 * most 64 KiB, so memory is bounded by what the caps let out of one push, never by what the bomb would become.
 */
import type { Limits } from '../core/limits.ts'
import { EMPTY } from '../core/wire.ts'
import type { CodingName, CodingPowers, DecodeFault, Decoder, Layer } from './coding.ts'
import { createDeflateLayer } from './deflate.ts'
import { createGzipLayer } from './gzip.ts'

/** Output free of the ratio, so that small bodies may be as dense as they like. */
const FREE_OUTPUT = 64 << 10
const STEP = 256
const PIECE = 32 << 10

/** A decoder for `codings`, given in the order they were applied; the last is undone first. */
export function createDecoder(codings: readonly CodingName[], powers: CodingPowers, limits: Pick<Limits, 'maxRatio'>): Decoder {
  const { maxRatio } = limits
  const stages = [...codings].reverse().map((coding) => ({ layer: openLayer(coding, powers), taken: 0, put: 0 }))
  let out = new Pieces()
  let put = 0
  let fault: DecodeFault | undefined

  const room = (taken: number, given: number) => FREE_OUTPUT + maxRatio * Math.ceil(taken / STEP) * STEP - given

  const emit = (piece: Uint8Array) => {
    const allowed = stages.length === 0 ? piece.length : room(stages[0].taken, put)
    if (piece.length > allowed) {
      fault = 'decode-limit'
      piece = piece.subarray(0, allowed)
    }
    put += piece.length
    out.add(piece)
  }

  /** Gives `input` to stage `index` and everything it makes of it to the next one. */
  const run = (index: number, input: Uint8Array, last: boolean) => {
    const stage = stages[index]
    if (stage === undefined) return emit(input)
    let at = 0
    do {
      const to = Math.min(input.length, at + STEP - (stage.taken % STEP))
      const end = last && to === input.length
      stage.taken += to - at
      stage.layer.feed(input.subarray(at, to), end)
      at = to
      for (let piece = stage.layer.next(); piece !== undefined; piece = stage.layer.next()) {
        const allowed = room(stage.taken, stage.put)
        const over = piece.length > allowed
        if (over) piece = piece.subarray(0, allowed)
        stage.put += piece.length
        run(index + 1, piece, false)
        if (over) fault ??= 'decode-limit'
        if (fault !== undefined) return
      }
      fault = stage.layer.fault
      if (fault === undefined && end && index + 1 < stages.length) run(index + 1, EMPTY, true)
      if (fault !== undefined) return
    } while (at < input.length)
  }

  return {
    push(chunk, last) {
      if (fault === undefined) run(0, chunk, last)
      const pieces = out.take()
      if (fault !== undefined) out = new Pieces()
      return fault === undefined ? { pieces } : { pieces, fault }
    },
    get hasTail() {
      return stages.some(({ layer }) => layer.hasTail === true)
    },
  }
}

function openLayer(coding: CodingName, powers: CodingPowers): Layer {
  if (coding === 'gzip') return createGzipLayer()
  if (coding === 'deflate') return createDeflateLayer()
  const decoder = powers.br?.()
  if (decoder === undefined) return UNREADABLE
  return 'next' in decoder ? decoder : layerOf(decoder)
}

const UNREADABLE: Layer = { feed: () => {}, next: () => undefined, fault: 'coding-unsupported' }

/** A plain decoder as a layer; what one step of 256 bytes makes is held at once. */
function layerOf(decoder: Decoder): Layer {
  let pieces: readonly Uint8Array[] = []
  let at = 0
  let found: DecodeFault | undefined
  return {
    feed(input, last) {
      const answer = decoder.push(input, last)
      pieces = answer.pieces
      found = answer.fault
      at = 0
    },
    next: () => pieces[at++],
    get fault() {
      return found
    },
  }
}

/** Gathers lent bytes into pieces of their own. */
class Pieces {
  #full: Uint8Array[] = []
  #buffer = EMPTY
  #length = 0

  add(bytes: Uint8Array): void {
    if (this.#buffer.length === 0 && bytes.length > 0) this.#buffer = new Uint8Array(PIECE)
    for (let at = 0; at < bytes.length; ) {
      const count = Math.min(bytes.length - at, PIECE - this.#length)
      this.#buffer.set(bytes.subarray(at, at + count), this.#length)
      this.#length += count
      at += count
      if (this.#length === PIECE) this.#close()
    }
  }

  take(): Uint8Array[] {
    this.#close()
    const pieces = this.#full
    this.#full = []
    return pieces
  }

  #close(): void {
    if (this.#length > 0) this.#full.push(this.#buffer.slice(0, this.#length))
    this.#length = 0
  }
}
