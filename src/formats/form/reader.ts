import type { FieldKind } from '../../core/words.ts'
import { giveKept } from '../kept.ts'
import type { FieldSink, Reader } from '../reader.ts'
import { decodeName, HEX_VALUE, MAX_NAME_BYTES, pointerStep, wholeCharactersEnd } from '../utf8.ts'
import { NameStem } from './name-stem.ts'

/**
 * Reads application/x-www-form-urlencoded (WHATWG URL, section 5.1): `&` separates, the first `=` ends a name, `+` is a
 * space, `%XX` a byte; `;` is data. A name is a `key` field (none for an empty name), what follows `=` a `string` field,
 * also when it is empty. A `%` without two hexadecimal digits stands for itself and is remarked, once a document.
 */
export function createFormReader(sink: FieldSink): Reader {
  return new FormReader(sink)
}

const NAME = 0
const VALUE = 1
const AMPERSAND = 0x26
const PERCENT = 0x25
const PLUS = 0x2b
const EQUALS = 0x3d

/** 1 at the bytes that end a run in which a byte of text is one of the source: of a name at `byte`, of a value at `256 + byte`. */
const STOP = new Uint8Array(512)
for (const byte of [AMPERSAND, PERCENT]) STOP[byte] = STOP[256 + byte] = 1
STOP[EQUALS] = 1

class FormReader implements Reader {
  private readonly sink: FieldSink
  private base = 0
  private part: typeof NAME | typeof VALUE = NAME
  private open = false
  private flawed = false
  /** A percent triplet that is not whole yet. */
  private readonly triplet = new Uint8Array(2)
  private tripletLength = 0
  private readonly byte = new Uint8Array(1)
  /** Text with spaces in place of plus signs. */
  private readonly text = new Uint8Array(512)
  private readonly name = new Uint8Array(MAX_NAME_BYTES)
  private nameLength = 0
  private nameIsCut = false
  private nameText: string | undefined = ''
  private readonly stem = new NameStem()
  /** How many names were not like the one before. */
  private stems = 0

  readonly depthLimitAt = -1

  constructor(sink: FieldSink) {
    this.sink = sink
  }

  get held(): number {
    return this.base - this.tripletLength
  }

  get key(): string {
    if (this.part === NAME) return ''
    this.nameText ??= decodeName(this.name, 0, this.nameLength)
    return this.nameText
  }

  get list(): number {
    return this.part === NAME ? 0 : this.stems
  }

  keys(): readonly string[] {
    return this.part === NAME ? [] : [this.key]
  }

  path(): string {
    return this.part === NAME ? '' : pointerStep(this.key)
  }

  feed(window: Uint8Array, last: boolean): void {
    const { sink, base } = this
    const length = window.length
    let i = this.tripletLength === 0 ? 0 : this.readTriplet(window, 0)
    while (i < length) {
      const table = this.part << 8
      const from = i
      let hasPlus = false
      for (; i < length && STOP[table | window[i]] === 0; i++) if (window[i] === PLUS) hasPlus = true
      if (i > from) {
        this.openAt(base + from)
        if (hasPlus) this.withSpaces(window, from, i)
        else {
          sink.plain(base + from, base + i)
          this.nameBytes(window, from, i)
        }
        if (i === length) break
      }
      switch (window[i]) {
        case PERCENT:
          i = this.readTriplet(window, i)
          break
        case EQUALS:
          this.closeAt(base + i)
          this.endName()
          i++
          this.openAt(base + i)
          break
        default:
          this.closeAt(base + i)
          this.startName()
          i++
      }
    }
    this.base = base + length
    if (!last) return
    if (this.tripletLength > 0) this.breakTriplet(this.base)
    this.closeAt(this.base)
  }

  encode(text: Uint8Array, _kind: FieldKind): Uint8Array {
    return encodeForm(text)
  }

  /** Gives what stands for itself but for plus signs, which are spaces. */
  private withSpaces(window: Uint8Array, from: number, to: number): void {
    const { sink, base, text } = this
    for (let at = from; at < to; ) {
      const length = Math.min(to - at, text.length)
      for (let i = 0; i < length; i++) text[i] = window[at + i] === PLUS ? 0x20 : window[at + i]
      if (sink.transcribed !== undefined) sink.transcribed(text, base + at, base + at + length)
      else this.giveEach(window, at, at + length)
      this.nameBytes(text, 0, length)
      at += length
    }
  }

  /** The same for a sink that is told of each. */
  private giveEach(window: Uint8Array, from: number, to: number): void {
    const { sink, base } = this
    for (let at = from; at < to; ) {
      const start = at
      while (at < to && window[at] !== PLUS) at++
      if (at > start) sink.plain(base + start, base + at)
      if (at === to) break
      this.decode(0x20, base + at, base + at + 1)
      at++
    }
  }

  /** Reads on from a `%`, at `window[i]` or kept; answers where reading goes on. */
  private readTriplet(window: Uint8Array, i: number): number {
    const { base, triplet } = this
    if (this.tripletLength === 0) {
      this.openAt(base + i)
      triplet[this.tripletLength++] = window[i++]
    }
    while (i < window.length) {
      const digit = HEX_VALUE[window[i]]
      if (digit === 255) {
        this.breakTriplet(base + i)
        return i
      }
      if (this.tripletLength === 2) {
        this.tripletLength = 0
        this.give((HEX_VALUE[triplet[1]] << 4) | digit, base + i - 2, base + i + 1)
        return i + 1
      }
      triplet[this.tripletLength++] = window[i++]
    }
    return i
  }

  /** The triplet kept so far, which ends at `end`, is none: its bytes stand for themselves. */
  private breakTriplet(end: number): void {
    const count = this.tripletLength
    const start = end - count
    this.tripletLength = 0
    if (!this.flawed) {
      this.flawed = true
      this.sink.remark('malformed')
    }
    giveKept(this.sink, this.triplet, count, start)
    this.nameBytes(this.triplet, 0, count)
  }

  private give(byte: number, from: number, to: number): void {
    this.openAt(from)
    this.decode(byte, from, to)
    this.nameBytes(this.byte, 0, 1)
  }

  private decode(byte: number, from: number, to: number): void {
    this.byte[0] = byte
    this.sink.decoded(this.byte, 1, from, to)
  }

  private openAt(at: number): void {
    if (this.open) return
    this.open = true
    this.sink.open(this.part === NAME ? 'key' : 'string', at)
  }

  private closeAt(at: number): void {
    if (!this.open) return
    this.open = false
    this.sink.close(at)
  }

  private startName(): void {
    this.part = NAME
    this.nameLength = 0
    this.nameIsCut = false
  }

  private nameBytes(bytes: Uint8Array, from: number, to: number): void {
    if (this.part === VALUE) return
    const room = MAX_NAME_BYTES - this.nameLength
    if (to - from > room) {
      this.nameIsCut = true
      to = from + room
    }
    for (let i = from; i < to; i++) this.name[this.nameLength++] = bytes[i]
  }

  private endName(): void {
    if (this.nameIsCut) this.nameLength = wholeCharactersEnd(this.name, 0, this.nameLength)
    this.nameText = undefined
    this.part = VALUE
    if (!this.stem.follows(this.name, 0, this.nameLength)) this.stems++
  }
}

/** 1 at the bytes that stand for themselves (WHATWG URL, application/x-www-form-urlencoded percent-encode set, inverted). */
const BARE = new Uint8Array(256)
for (const character of '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz*-._') BARE[character.charCodeAt(0)] = 1
const HEX_DIGITS = '0123456789ABCDEF'

function encodeForm(text: Uint8Array): Uint8Array {
  const out = new Uint8Array(text.length * 3)
  let length = 0
  for (const byte of text) {
    if (BARE[byte] === 1) out[length++] = byte
    else if (byte === 0x20) out[length++] = PLUS
    else {
      out[length++] = PERCENT
      out[length++] = HEX_DIGITS.charCodeAt(byte >> 4)
      out[length++] = HEX_DIGITS.charCodeAt(byte & 15)
    }
  }
  return out.subarray(0, length)
}
