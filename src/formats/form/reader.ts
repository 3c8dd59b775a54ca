import type { FieldKind } from '../../core/words.ts'
import type { FieldSink, Reader } from '../reader.ts'

const MAX_NAME = 256
const decoder = new TextDecoder()
const SPACE = Uint8Array.of(0x20)

/**
 * Reads application/x-www-form-urlencoded (WHATWG URL, section 5): names and values are fields, `+` is a space, %XX a byte. A
 * broken triplet stands for its own letters and is remarked.
 */
export class FormReader implements Reader {
  readonly depthLimitAt = -1

  readonly #sink: FieldSink
  #at = 0
  #open: '' | 'key' | 'string' = ''
  #inValue = false
  /** Start of an unfinished triplet, or -1; its digits so far. */
  #tripletAt = -1
  #digit = -1
  #malformed = false
  readonly #byte = new Uint8Array(2)
  readonly #name = new Uint8Array(MAX_NAME)
  #nameLength = 0
  #nameText: string | undefined

  constructor(sink: FieldSink) {
    this.#sink = sink
  }

  get held(): number {
    return this.#tripletAt >= 0 ? this.#tripletAt : this.#at
  }

  /** The name of the open value; '' for a name. */
  get key(): string {
    if (!this.#inValue) return ''
    this.#nameText ??= decoder.decode(this.#name.subarray(0, this.#nameLength))
    return this.#nameText
  }

  keys(): readonly string[] {
    return this.#inValue ? [this.key] : []
  }

  path(): string {
    return this.#inValue ? `/${this.key.replace(/~/g, '~0').replace(/\//g, '~1')}` : ''
  }

  encode(text: Uint8Array, kind: FieldKind): Uint8Array {
    return kind === 'text' ? text : encodeForm(text)
  }

  feed(window: Uint8Array, last: boolean): void {
    const base = this.#at
    const end = window.length
    let i = 0
    while (i < end) {
      if (this.#tripletAt >= 0) {
        i = this.#triplet(window[i], i, base)
        continue
      }
      const byte = window[i]
      if (byte === 0x26) {
        this.#close(base + i)
        this.#beginName()
        i++
      } else if (byte === 0x3d && !this.#inValue) {
        this.#close(base + i)
        this.#inValue = true
        i++
      } else if (byte === 0x25) {
        this.#field(base + i)
        this.#tripletAt = base + i
        this.#digit = -1
        i++
      } else if (byte === 0x2b) {
        this.#field(base + i)
        this.#decoded(SPACE, 1, base + i, base + i + 1)
        i++
      } else {
        const from = i
        do i++
        while (i < end && !isSpecial(window[i], this.#inValue))
        this.#field(base + from)
        this.#sink.plain(base + from, base + i)
        if (!this.#inValue) this.#keepName(window, from, i)
      }
    }
    this.#at = base + end
    if (!last) return
    if (this.#tripletAt >= 0) this.#broken(this.#at)
    this.#close(this.#at)
  }

  #field(at: number): void {
    if (this.#open !== '') return
    this.#open = this.#inValue ? 'string' : 'key'
    this.#sink.open(this.#open, at)
  }

  #close(at: number): void {
    if (this.#open !== '') this.#sink.close(at)
    this.#open = ''
  }

  #beginName(): void {
    this.#inValue = false
    this.#nameLength = 0
    this.#nameText = undefined
  }

  #triplet(byte: number, i: number, base: number): number {
    const digit = hexDigit(byte)
    if (digit < 0) {
      this.#broken(base + i)
      return i
    }
    if (this.#digit < 0) {
      this.#digit = digit
      this.#byte[1] = byte
      return i + 1
    }
    this.#byte[0] = (this.#digit << 4) | digit
    const from = this.#tripletAt
    this.#tripletAt = -1
    this.#decoded(this.#byte, 1, from, base + i + 1)
    return i + 1
  }

  /** `%` without two digits behind it: it and what there is of them are text. */
  #broken(to: number): void {
    const from = this.#tripletAt
    this.#tripletAt = -1
    if (!this.#malformed) {
      this.#malformed = true
      this.#sink.remark('malformed')
    }
    this.#byte[0] = 0x25
    this.#decoded(this.#byte, this.#digit < 0 ? 1 : 2, from, to)
  }

  #decoded(bytes: Uint8Array, length: number, from: number, to: number): void {
    this.#sink.decoded(bytes, length, from, to)
    if (!this.#inValue) this.#keepName(bytes, 0, length)
  }

  #keepName(bytes: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to && this.#nameLength < MAX_NAME; i++) this.#name[this.#nameLength++] = bytes[i]
  }
}

function isSpecial(byte: number, inValue: boolean): boolean {
  return byte === 0x26 || byte === 0x25 || byte === 0x2b || (byte === 0x3d && !inValue)
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1
}

/** The urlencoded byte serializer of the URL standard. */
function encodeForm(text: Uint8Array): Uint8Array {
  const encoded: number[] = []
  for (const byte of text) {
    const safe =
      (byte >= 0x30 && byte <= 0x39) ||
      (byte >= 0x41 && byte <= 0x5a) ||
      (byte >= 0x61 && byte <= 0x7a) ||
      byte === 0x2a ||
      byte === 0x2d ||
      byte === 0x2e ||
      byte === 0x5f
    if (safe) encoded.push(byte)
    else if (byte === 0x20) encoded.push(0x2b)
    else encoded.push(0x25, HEX.charCodeAt(byte >> 4), HEX.charCodeAt(byte & 15))
  }
  return Uint8Array.from(encoded)
}

const HEX = '0123456789ABCDEF'
