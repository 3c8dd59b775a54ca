import type { DoubleByteCharset } from '../../core/charsets.ts'
import { encodeScalar } from '../utf8.ts'
import { ASCII_LIKE_PAIRS } from './charset-data.ts'
import type { Codec, Units } from './units.ts'

/** Stands for every character of which nothing needs to be known but that it is one (the geta mark, which printers use so). */
const SOME_CHARACTER = 0x3013
const REPLACEMENT = 0xfffd
const QUESTION = 0x3f

/** What a byte from 0x80 on does by itself. */
const ALONE = 0
const LEADS = 1
/** Leads two more: JIS X 0212 in EUC-JP. */
const LEADS_TWO = 2

const between = (byte: number, low: number, high: number) => byte >= low && byte <= high

interface Form {
  /** What a first byte does. */
  first(byte: number): typeof ALONE | typeof LEADS | typeof LEADS_TWO
  isTrail(byte: number): boolean
  /** Digits may be second and fourth bytes of a character. */
  readonly four?: boolean
}

const EUC = (byte: number) => between(byte, 0xa1, 0xfe)

/** WHATWG Encoding, sections 10 to 12. */
const FORMS: Readonly<Record<DoubleByteCharset, Form>> = {
  shift_jis: {
    first: (byte) => (between(byte, 0x81, 0x9f) || between(byte, 0xe0, 0xfc) ? LEADS : ALONE),
    isTrail: (byte) => between(byte, 0x40, 0x7e) || between(byte, 0x80, 0xfc),
  },
  'euc-jp': {
    first: (byte) => (byte === 0x8f ? LEADS_TWO : byte === 0x8e || EUC(byte) ? LEADS : ALONE),
    isTrail: EUC,
  },
  'euc-kr': {
    first: (byte) => (between(byte, 0x81, 0xfe) ? LEADS : ALONE),
    isTrail: (byte) => between(byte, 0x41, 0x5a) || between(byte, 0x61, 0x7a) || between(byte, 0x81, 0xfe),
  },
  gb18030: {
    first: (byte) => (between(byte, 0x81, 0xfe) ? LEADS : ALONE),
    isTrail: (byte) => between(byte, 0x40, 0x7e) || between(byte, 0x80, 0xfe),
    four: true,
  },
  big5: {
    first: (byte) => (between(byte, 0x81, 0xfe) ? LEADS : ALONE),
    isTrail: (byte) => between(byte, 0x40, 0x7e) || EUC(byte),
  },
}

const tables = new Map<DoubleByteCharset, ReadonlyMap<number, number>>()

/** Scalars of the pairs that look like ASCII. */
function pairsOf(charset: DoubleByteCharset): ReadonlyMap<number, number> {
  const known = tables.get(charset)
  if (known !== undefined) return known
  const pairs = new Map<number, number>()
  let pair = 0
  for (const run of ASCII_LIKE_PAIRS[charset].split(',')) {
    const [distance, count, scalar] = run.split(' ').map((number) => Number.parseInt(number, 36))
    pair += distance
    for (let i = 0; i < count; i++) pairs.set(pair++, scalar + i)
  }
  tables.set(charset, pairs)
  return pairs
}

/**
 * Charsets of East Asia: ASCII, and characters of two bytes (a few of three or four). Those that look like ASCII, as full-width digits do, are read; of the others it is known
 * where they end, so that a second byte is no letter of the text.
 */
export class DoubleByteCodec implements Codec {
  readonly #form: Form
  readonly #pairs: ReadonlyMap<number, number>
  readonly #utf8 = new Uint8Array(4)
  /** Bytes of a character that is not whole yet. */
  readonly #kept = new Uint8Array(4)
  #count = 0
  #at = 0

  constructor(charset: DoubleByteCharset) {
    this.#form = FORMS[charset]
    this.#pairs = pairsOf(charset)
  }

  get held(): number {
    return this.#count > 0 ? this.#at : Number.POSITIVE_INFINITY
  }

  decode(window: Uint8Array, i: number, base: number, out: Units): number {
    while (i < window.length && !out.full) this.#take(window[i], base + i++, out)
    return i
  }

  finish(end: number, out: Units): void {
    while (this.#count > 0) this.#breakUp(end, out)
  }

  encode(text: Uint8Array): Uint8Array {
    return Uint8Array.from(new TextDecoder().decode(text), (character) =>
      character < '\u0080' ? character.charCodeAt(0) : QUESTION,
    )
  }

  #take(byte: number, at: number, out: Units): void {
    const kept = this.#kept
    if (this.#count === 0) {
      if (byte < 0x80) {
        out.push(byte, at, at + 1)
        return
      }
      if (this.#form.first(byte) === ALONE) {
        this.#give(SOME_CHARACTER, at, at + 1, out)
        return
      }
      this.#at = at
    }
    kept[this.#count++] = byte
    if (this.#count === 1) return
    if (!this.#mayGoOn()) this.#breakUp(at + 1, out)
    else if (this.#count === this.#whole()) {
      const scalar = this.#count === 2 ? (this.#pairs.get((kept[0] << 8) | kept[1]) ?? SOME_CHARACTER) : SOME_CHARACTER
      this.#count = 0
      this.#give(scalar, this.#at, at + 1, out)
    }
  }

  /** Bytes of a character that begins with what is kept. */
  #whole(): number {
    if (this.#form.four && isDigit(this.#kept[1])) return 4
    return this.#form.first(this.#kept[0]) === LEADS_TWO ? 3 : 2
  }

  /** May the last byte kept stand where it stands? */
  #mayGoOn(): boolean {
    const byte = this.#kept[this.#count - 1]
    if (!this.#form.four) return this.#form.isTrail(byte)
    if (this.#count === 2) return this.#form.isTrail(byte) || isDigit(byte)
    return this.#count === 3 ? between(byte, 0x81, 0xfe) : isDigit(byte)
  }

  /** The first byte kept begins nothing; the others, up to `end`, are read anew. */
  #breakUp(end: number, out: Units): void {
    const rest = this.#kept.slice(1, this.#count)
    const from = this.#at
    this.#count = 0
    this.#give(REPLACEMENT, from, from + 1, out)
    rest.forEach((byte, k) => {
      this.#take(byte, end - rest.length + k, out)
    })
  }

  #give(scalar: number, from: number, to: number, out: Units): void {
    const length = encodeScalar(scalar, this.#utf8)
    for (let k = 0; k < length; k++) out.push(this.#utf8[k], from, to)
  }
}

function isDigit(byte: number): boolean {
  return between(byte, 0x30, 0x39)
}
