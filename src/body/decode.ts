import type { Limits } from '../core/limits.ts'
import { EMPTY } from '../core/wire.ts'
import { adler32, crc32 } from './checksum.ts'
import type { CodingName, CodingPowers, DecodeFault, Decoder } from './coding.ts'
import { Inflater } from './inflate.ts'

/** Output that is free of the ratio, so that small bodies may be as dense as they like. */
const FREE_OUTPUT = 65536

type Push = ReturnType<Decoder['push']>

/** Undoes the codings, the last applied first. Ratio and truth are watched over all layers together and at each. */
export function createDecoder(codings: readonly CodingName[], powers: CodingPowers, limits: Pick<Limits, 'maxRatio'>): Decoder {
  const layers = [...codings].reverse().map((coding) => capped(layer(coding, powers), limits.maxRatio))
  if (layers.length === 1) return layers[0]
  return capped(
    {
      push(chunk, last) {
        let pieces: readonly Uint8Array[] = [chunk]
        for (const decoder of layers) {
          const next: Uint8Array[] = []
          const feed = pieces.length === 0 ? [EMPTY] : pieces
          for (let i = 0; i < feed.length; i++) {
            const result = decoder.push(feed[i], last && i === feed.length - 1)
            next.push(...result.pieces)
            if (result.fault !== undefined) return { pieces: decoder === layers.at(-1) ? next : [], fault: result.fault }
          }
          pieces = next
        }
        return { pieces }
      },
    },
    limits.maxRatio,
  )
}

function layer(coding: CodingName, powers: CodingPowers): Decoder {
  if (coding === 'gzip') return new GzipDecoder()
  if (coding === 'deflate') return new DeflateDecoder()
  return powers.br?.() ?? { push: () => ({ pieces: [], fault: 'coding-unsupported' }) }
}

function capped(decoder: Decoder, maxRatio: number): Decoder {
  let input = 0
  let output = 0
  let fault: DecodeFault | undefined
  return {
    push(chunk, last): Push {
      if (fault !== undefined) return { pieces: [], fault }
      input += chunk.length
      const result = decoder.push(chunk, last)
      for (const piece of result.pieces) output += piece.length
      fault = output - FREE_OUTPUT > input * maxRatio ? 'decode-limit' : result.fault
      return fault === 'decode-limit' ? { pieces: [], fault } : result
    },
  }
}

// Where in a gzip member (RFC 1952 section 2.3).
const HEAD = 0
const BODY = 1
const FOOT = 2
const PADDING = 3

/** gzip with any number of members; zeros may follow the last one, nothing else. Checksums and lengths are checked. */
class GzipDecoder implements Decoder {
  #state = HEAD
  #members = 0
  #kept: Uint8Array = EMPTY
  #inflater = new Inflater()
  #crc = 0
  #size = 0

  push(chunk: Uint8Array, last: boolean): Push {
    const pieces: Uint8Array[] = []
    const each = (piece: Uint8Array) => {
      pieces.push(piece)
      this.#crc = crc32(this.#crc, piece)
      this.#size = (this.#size + piece.length) >>> 0
    }
    let input = join(this.#kept, chunk)
    this.#kept = EMPTY
    for (;;) {
      if (this.#state === PADDING) {
        const start = input.findIndex((byte) => byte !== 0)
        if (start < 0) break
        if (start > 0) return { pieces, fault: 'malformed' }
        this.#state = HEAD
      }
      if (this.#state === HEAD) {
        const length = headerLength(input)
        if (length === -2) return { pieces, fault: 'malformed' }
        if (length === -1) {
          this.#kept = input.slice()
          break
        }
        input = input.subarray(length)
        this.#inflater = new Inflater()
        this.#crc = this.#size = 0
        this.#members++
        this.#state = BODY
      }
      if (this.#state === BODY) {
        this.#inflater.push(input, each)
        if (this.#inflater.failed) return { pieces, fault: 'malformed' }
        if (!this.#inflater.done) break
        input = this.#inflater.rest()
        this.#state = FOOT
      }
      if (input.length < 8) {
        this.#kept = input.slice()
        break
      }
      if (u32(input, 0) !== this.#crc >>> 0 || u32(input, 4) !== this.#size) return { pieces, fault: 'malformed' }
      input = input.subarray(8)
      this.#state = PADDING
    }
    if (last && this.#state !== PADDING && !(this.#state === HEAD && this.#members === 0 && this.#kept.length === 0)) return { pieces, fault: 'malformed' }
    return { pieces }
  }
}

/** Length of a gzip header; -1 when bytes are lacking, -2 when it is none. */
function headerLength(bytes: Uint8Array): number {
  const magic = [0x1f, 0x8b, 8]
  for (let i = 0; i < Math.min(3, bytes.length); i++) if (bytes[i] !== magic[i]) return -2
  if (bytes.length < 10) return -1
  const flags = bytes[3]
  if (flags & 0xe0) return -2
  let at = 10
  if (flags & 4) {
    if (bytes.length < at + 2) return -1
    at += 2 + (bytes[at] | (bytes[at + 1] << 8))
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue
    if (at > bytes.length) return -1
    const end = bytes.indexOf(0, at)
    if (end < 0) return bytes.length > 131072 ? -2 : -1
    at = end + 1
  }
  if (flags & 2) at += 2
  return at > bytes.length ? -1 : at
}

/** `deflate`: zlib (RFC 1950) as the standard has it, or raw DEFLATE as some send. The first two bytes tell. */
class DeflateDecoder implements Decoder {
  readonly #inflater = new Inflater()
  #wrapped: boolean | undefined
  #kept: Uint8Array = EMPTY
  #adler = 1
  #over = false
  #started = false

  push(chunk: Uint8Array, last: boolean): Push {
    const pieces: Uint8Array[] = []
    let input = join(this.#kept, chunk)
    this.#kept = EMPTY
    this.#started ||= input.length > 0
    if (this.#wrapped === undefined) {
      if (input.length < 2 && !last) {
        this.#kept = input.slice()
        return { pieces }
      }
      this.#wrapped = input.length >= 2 && (input[0] & 15) === 8 && ((input[0] << 8) | input[1]) % 31 === 0 && (input[1] & 0x20) === 0
      if (this.#wrapped) input = input.subarray(2)
    }
    if (!this.#inflater.done) {
      this.#inflater.push(input, (piece) => {
        pieces.push(piece)
        if (this.#wrapped) this.#adler = adler32(this.#adler, piece)
      })
      if (this.#inflater.failed) return { pieces, fault: 'malformed' }
      input = this.#inflater.done ? this.#inflater.rest() : EMPTY
    }
    if (this.#inflater.done) {
      if (!this.#wrapped || this.#over) {
        this.#over = true
        if (input.length > 0) return { pieces, fault: 'malformed' }
      } else if (input.length < 4) this.#kept = input.slice()
      else {
        const sum = ((input[0] << 24) | (input[1] << 16) | (input[2] << 8) | input[3]) >>> 0
        this.#over = true
        if (sum !== this.#adler || input.length > 4) return { pieces, fault: 'malformed' }
      }
    }
    return last && !this.#over && this.#started ? { pieces, fault: 'malformed' } : { pieces }
  }
}

function join(kept: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (kept.length === 0) return chunk
  const joined = new Uint8Array(kept.length + chunk.length)
  joined.set(kept)
  joined.set(chunk, kept.length)
  return joined
}

function u32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}
