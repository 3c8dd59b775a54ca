/**
 * gzip (RFC 1952) as a `Layer`: any number of members, each with its header fields, CRC-32 and length checked. Zeros may follow
 * a member (tape and block padding), and another member may follow the zeros, as some readers go on there; anything else behind
 * a member is a tail, which most readers pass over. Bytes of the header fields are skipped as they come, so a long name costs no memory.
 */
import { EMPTY } from '../core/wire.ts'
import { crc32 } from './checksum.ts'
import type { DecodeFault, Layer } from './coding.ts'
import { Inflater } from './inflate.ts'

// Where in a member (section 2.3). FIXED: the ten bytes before the optional fields.
const FIXED = 0
const EXTRA_LENGTH = 1
const EXTRA = 2
const NAME = 3
const COMMENT = 4
const HEADER_CRC = 5
const BODY = 6
const TRAILER = 7
const PADDING = 8
const TAIL = 9
/** A member is told from a tail by its magic number and its one method. */
const MAGIC = [0x1f, 0x8b, 8]

const FHCRC = 2
const FEXTRA = 4
const FNAME = 8
const FCOMMENT = 16
const RESERVED = 0xe0

export function createGzipLayer(): Layer {
  let state = FIXED
  /** Bytes seen of the present part; a number of several bytes is collected in `number`. */
  let seen = 0
  let number = 0
  let flags = 0
  let headerCrc = 0
  let members = 0
  let input = EMPTY
  let last = false
  let inflater: Inflater | undefined
  let crc = 0
  let size = 0
  let storedCrc = 0
  let fault: DecodeFault | undefined
  const one = new Uint8Array(1)

  const enter = (next: number) => {
    state = next
    seen = number = 0
  }
  /** The first part from `candidate` on that the flags say is there. */
  const enterField = (candidate: number) => {
    const present = [0, flags & FEXTRA, 0, flags & FNAME, flags & FCOMMENT, flags & FHCRC]
    let part = candidate
    while (part < BODY && !present[part]) part++
    enter(part)
    if (part !== BODY) return
    inflater = new Inflater()
    crc = size = 0
    members++
  }

  /** One byte outside the compressed data; false when it cannot stand there. */
  const header = (byte: number): boolean => {
    if (state < HEADER_CRC) {
      one[0] = byte
      headerCrc = crc32(headerCrc, one)
    }
    const at = seen++
    switch (state) {
      case FIXED:
        if (at < MAGIC.length && byte !== MAGIC[at]) {
          if (members === 0) return false
          enter(TAIL)
          return true
        }
        if (at === 3) {
          if (byte & RESERVED) return false
          flags = byte
        }
        if (at === 9) enterField(EXTRA_LENGTH)
        return true
      case EXTRA_LENGTH: {
        number |= byte << (8 * at)
        const length = number
        if (at === 1) {
          enter(EXTRA)
          number = length
          if (length === 0) enterField(NAME)
        }
        return true
      }
      case EXTRA:
        if (seen === number) enterField(NAME)
        return true
      case NAME:
        if (byte === 0) enterField(COMMENT)
        return true
      case COMMENT:
        if (byte === 0) enterField(HEADER_CRC)
        return true
      case HEADER_CRC:
        number |= byte << (8 * at)
        if (at === 0) return true
        if (number !== (headerCrc & 0xffff)) return false
        enterField(BODY)
        return true
      case TRAILER:
        number |= byte << (8 * (at & 3))
        if (at === 3) {
          storedCrc = number
          number = 0
        }
        if (at < 7) return true
        if (storedCrc !== crc || number !== size) return false
        enter(PADDING)
        return true
      case TAIL:
        return true
      default:
        if (byte === 0) return true
        enter(FIXED)
        headerCrc = 0
        return header(byte)
    }
  }

  return {
    feed(bytes, end) {
      input = bytes
      last = end
      if (state === BODY) inflater!.feed(input)
    },
    next() {
      while (fault === undefined) {
        if (state === BODY) {
          const piece = inflater!.next()
          if (piece !== undefined) {
            crc = crc32(crc, piece)
            size = (size + piece.length) | 0
            return piece
          }
          if (inflater!.failed) fault = 'malformed'
          else if (inflater!.done) {
            input = inflater!.rest()
            inflater = undefined
            enter(TRAILER)
            continue
          } else input = EMPTY
        }
        let at = 0
        while (fault === undefined && state !== BODY && at < input.length) if (!header(input[at++])) fault = 'malformed'
        input = input.subarray(at)
        if (fault !== undefined) break
        if (state === BODY && input.length > 0) {
          inflater!.feed(input)
          continue
        }
        // No byte at all is an empty body under any coding.
        if (last && state === FIXED && members > 0 && seen < MAGIC.length) enter(TAIL)
        const complete = state === PADDING || state === TAIL || (state === FIXED && members === 0 && seen === 0)
        if (last && !complete) fault = 'malformed'
        return undefined
      }
      return undefined
    },
    get fault() {
      return fault
    },
    get hasTail() {
      return state === TAIL
    },
  }
}
