/**
 * `deflate` as a `Layer`: the zlib format (RFC 1950), which is what the name means, or raw DEFLATE (RFC 1951), which some
 * senders mean by it. A zlib header tells them apart: read as raw DEFLATE it is a stored block with non-zero padding bits, and
 * that only if the next bytes are its length twice. Then (one zlib stream of 65,536, or a forger's) 4 KiB are tried as zlib first.
 * What follows the end of zlib is a tail, which most readers pass over; nothing may follow raw DEFLATE, which has no check value: what is no DEFLATE
 * at all may look like a little of it.
 */
import { EMPTY } from '../core/wire.ts'
import { adler32 } from './checksum.ts'
import type { DecodeFault, Layer } from './coding.ts'
import { Inflater } from './inflate.ts'

/** Bytes by which a header that could be both is judged. */
const TRIAL_BYTES = 4096

const UNKNOWN = 0
const ZLIB = 1
const RAW = 2

export function createDeflateLayer(): Layer {
  let format = UNKNOWN
  let head = EMPTY
  let input = EMPTY
  let last = false
  const inflater = new Inflater()
  let lent = false
  let ended = false
  let adler = 1
  let stored = 0
  let trailer = 0
  let hasTail = false
  let fault: DecodeFault | undefined

  const choose = () => {
    if (input.length > 0) head = join(head, input)
    input = EMPTY
    const choice = chooseFormat(head, last)
    if (choice === UNKNOWN) return false
    format = choice
    input = choice === ZLIB ? head.subarray(2) : head
    head = EMPTY
    return true
  }

  return {
    feed(bytes, end) {
      input = bytes
      last = end
      lent = false
    },
    next() {
      if (fault !== undefined) return undefined
      if (format === UNKNOWN && !choose()) {
        // No byte at all is an empty body under any coding.
        if (last && head.length > 0) fault = 'malformed'
        return undefined
      }
      if (!ended) {
        if (!lent) inflater.feed(input)
        lent = true
        const piece = inflater.next()
        if (piece !== undefined) {
          if (format === ZLIB) adler = adler32(adler, piece)
          return piece
        }
        if (inflater.failed || (last && !inflater.done)) fault = 'malformed'
        if (!inflater.done) return undefined
        ended = true
        input = inflater.rest()
      }
      const wanted = format === ZLIB ? 4 : 0
      for (const byte of input) {
        if (trailer < wanted) {
          stored = ((stored << 8) | byte) >>> 0
          trailer++
        } else if (format === ZLIB) hasTail = true
        else fault = 'malformed'
      }
      input = EMPTY
      if (format === ZLIB && trailer === 4 && stored !== adler) fault = 'malformed'
      if (last && trailer < wanted) fault = 'malformed'
      return undefined
    },
    get fault() {
      return fault
    },
    get hasTail() {
      return hasTail
    },
  }
}

/** UNKNOWN: more bytes are needed. */
function chooseFormat(head: Uint8Array, last: boolean): number {
  if (head.length < 2) return last && head.length > 0 ? RAW : UNKNOWN
  const [cmf, flg] = head
  // CM 8, CINFO up to 7 (32 KiB), the check value; a preset dictionary (FDICT) is agreed nowhere in HTTP.
  if ((cmf & 15) !== 8 || cmf >> 4 > 7 || ((cmf << 8) | flg) % 31 !== 0 || flg & 0x20) return RAW
  if (head.length < 5) return last ? ZLIB : UNKNOWN
  if ((flg ^ head[3]) !== 255 || (head[2] ^ head[4]) !== 255) return ZLIB
  if (head.length < TRIAL_BYTES && !last) return UNKNOWN
  const trial = new Inflater()
  trial.feed(head.subarray(2, TRIAL_BYTES))
  while (trial.next() !== undefined);
  return trial.failed ? RAW : ZLIB
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}
