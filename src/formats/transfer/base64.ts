import type { EditPlace } from '../reader.ts'
import type { Codec, Units } from './units.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NONE = 255
const VALUE = new Uint8Array(256).fill(NONE)
for (let i = 0; i < 64; i++) VALUE[ALPHABET.charCodeAt(i)] = i
// base64url (RFC 4648 section 5): lenient decoders take both.
VALUE[0x2d] = 62
VALUE[0x5f] = 63
const PADDING = 0x3d
const BLANK = 0x20
/** Its bits, 01 01 01, say `U` at every place of a group. */
const ALWAYS_U = 0x56

/** Places where characters follow something else that are remembered: more than a held field of wrapped lines has. */
const MARKS = 4096

/**
 * Base64 as a transfer encoding (RFC 2045 section 6.8): what is not of the alphabet is passed over, `=` ends a group. A decoded byte
 * has the span of the two characters that hold its bits, so neighbours share one.
 *
 * An edit keeps the bits of its neighbours in the first and last character, and is filled up with blanks to a length that leaves the
 * groups behind it as they are. Where it is no longer known how the groups lie (thousands of breaks inside one held field), the
 * characters are overwritten by `V`, whatever they say.
 */
export class Base64Codec implements Codec {
  /** Characters of the present group, 0 to 3. */
  private phase = 0
  private bits = 0
  private lastAt = 0
  private nextAt = -1
  /** Where runs of characters begin and in what phase: pairs, a ring. */
  private readonly marks = new Float64Array(2 * MARKS)
  private count = 0

  get held(): number {
    return this.phase === 0 ? Number.POSITIVE_INFINITY : this.lastAt
  }

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    while (i < window.length && !out.full) {
      const byte = window[i]
      const at = base + i++
      const value = VALUE[byte]
      if (value === NONE) {
        if (byte === PADDING) this.phase = 0
        continue
      }
      if (at !== this.nextAt) this.mark(at)
      this.nextAt = at + 1
      const bits = (this.bits << 6) | value
      if (this.phase === 1) out.push((bits >> 4) & 255, this.lastAt, at + 1)
      else if (this.phase === 2) out.push((bits >> 2) & 255, this.lastAt, at + 1)
      else if (this.phase === 3) out.push(bits & 255, this.lastAt, at + 1)
      this.bits = value
      this.lastAt = at
      this.phase = (this.phase + 1) & 3
    }
    return i
  }

  finish(): void {}

  encode(text: Uint8Array, place?: EditPlace): Uint8Array {
    const characters = place?.bytes.filter((byte) => VALUE[byte] !== NONE)
    const phase = place === undefined ? 0 : this.phaseAt(place.start)
    if (place !== undefined && (phase < 0 || phase === 3))
      return place.bytes.map((byte) => (VALUE[byte] === NONE ? byte : ALWAYS_U))
    const taken = characters?.length ?? 0
    const replaced = taken === 0 ? 0 : Math.floor((6 * taken - 2 * phase) / 8)
    const length = text.length + ((((replaced - text.length) % 3) + 3) % 3)
    // First the bits of the byte before, which begin the first character.
    let bits = taken === 0 ? 0 : VALUE[characters![0]] >> (6 - 2 * phase)
    let have = 2 * phase
    const out: number[] = []
    for (let i = 0; i < length; i++) {
      bits = (bits << 8) | (i < text.length ? text[i] : BLANK)
      have += 8
      while (have >= 6) {
        have -= 6
        out.push(ALPHABET.charCodeAt((bits >> have) & 63))
        bits &= (1 << have) - 1
      }
    }
    // Then the bits of the byte behind, which end the last one.
    if (have > 0) {
      const rest = 6 - have
      const tail = taken === 0 ? 0 : VALUE[characters![taken - 1]] & ((1 << rest) - 1)
      out.push(ALPHABET.charCodeAt((bits << rest) | tail))
    }
    return Uint8Array.from(place === undefined ? out : keepBreak(out, place.bytes))
  }

  private mark(at: number): void {
    const slot = 2 * (this.count++ % MARKS)
    this.marks[slot] = at
    this.marks[slot + 1] = this.phase
  }

  /** The phase of the character at `offset`; -1 when it is forgotten. */
  private phaseAt(offset: number): number {
    for (let back = 1; back <= Math.min(this.count, MARKS); back++) {
      const slot = 2 * ((this.count - back) % MARKS)
      if (this.marks[slot] <= offset) return (this.marks[slot + 1] + offset - this.marks[slot]) & 3
    }
    return -1
  }
}

/** The first line break of what is replaced stays where it was, or stands at the end. */
function keepBreak(characters: number[], replaced: Uint8Array): number[] {
  const from = replaced.findIndex((byte) => VALUE[byte] === NONE && byte !== PADDING)
  if (from < 0) return characters
  let to = from
  while (to < replaced.length && VALUE[replaced[to]] === NONE) to++
  characters.splice(Math.min(from, characters.length), 0, ...replaced.subarray(from, to))
  return characters
}

/** The bytes that `text` spells, whatever stands between its characters. */
export function decodeBase64(text: Uint8Array): Uint8Array {
  const out = new Uint8Array((text.length * 3) >> 2)
  let length = 0
  let bits = 0
  let have = 0
  for (const byte of text) {
    if (VALUE[byte] === NONE) continue
    bits = ((bits << 6) | VALUE[byte]) & 0xfff
    have += 6
    if (have < 8) continue
    have -= 8
    out[length++] = bits >> have
  }
  return out.subarray(0, length)
}
