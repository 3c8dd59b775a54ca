import { giveKept } from '../kept.ts'
import { encodeScalar, HEX_VALUE } from '../utf8.ts'
import * as b from './bytes.ts'
import { isNameByte, MAX_NAME, matchNamed, numericScalar } from './references.ts'

/**
 * Cuts mark-up into tokens, a window at a time: HTML as in section 13.2.5 of the HTML standard (its tokenizer never fails), XML 1.0
 * with the leniency of a reader that must see what any parser might. It keeps no text: runs are told as they come, only a token
 * fragment of a few bytes waits for its end. One step a byte, and nothing allocated per byte.
 */
export interface MarkupTokens {
  /** Content begins at `at`: one of the parts below. Content does not nest. */
  open(part: Part, at: number): void
  /** Source bytes of the content, all inside the window, that stand for themselves. */
  plain(from: number, to: number): void
  /** Source bytes `from`…`to` of the content stand for `bytes[0…length)`. */
  decoded(bytes: Uint8Array, length: number, from: number, to: number): void
  close(at: number): void
  /** A token that is no text begins with the `<` at `at`; its content lies between here and `tokenEnds`. */
  tokenStarts(at: number): void
  /** The token ended before `at`; also where the document ends inside one. */
  tokenEnds(at: number): void
  /** The name of a tag, in lower case in HTML. */
  tag(name: Uint8Array, length: number, isEnd: boolean): void
  /** The name of an attribute, in lower case in HTML, which ends before `at`; its value, if it has one, is the next content. */
  attribute(name: Uint8Array, length: number, at: number): void
  /** The tag is whole: answers what follows. */
  tagEnds(isEnd: boolean, selfClosing: boolean): Model
  /** Whether `<![CDATA[` begins a section here; in XML it always does. */
  foreign(): boolean
  /** What the general entity called `name[0…length)` stands for; undefined if nothing is known of it. */
  entity(name: Uint8Array, length: number, at: number): Uint8Array | undefined
  /** A departure from the grammar. */
  flaw(): void
}

export type Part = number
export const TEXT_PART: Part = 0
export const RCDATA_PART: Part = 1
export const RAW_PART: Part = 2
export const SCRIPT_PART: Part = 3
export const CDATA_PART: Part = 4
export const COMMENT_PART: Part = 5
export const DOCTYPE_PART: Part = 6
export const INSTRUCTION_PART: Part = 7
/** The value of an attribute between quotes, or without. */
export const QUOTED_PART: Part = 8
export const BARE_PART: Part = 9
/** Names in a tag that are more than words: they may hold something. */
export const NAMES_PART: Part = 10
/** The same where the document ends inside the tag. */
export const CUT_TAG_PART: Part = 12
/** What is not read as mark-up any more. */
export const REST_PART: Part = 11

/** What follows a tag: text, or the content of an element that is read in its own way. */
export type Model = number
export const DATA: Model = 0
export const RCDATA: Model = 1
export const RAWTEXT: Model = 2
export const SCRIPT: Model = 3
export const PLAINTEXT: Model = 4
export const REST: Model = 5
/** An initial state of tests only: inside a CDATA section. */
export const CDATA: Model = 6

// 0 to 6: states named as the models.
const TAG_OPEN = 7
const END_TAG_OPEN = 8
const TAG_NAME = 9
const BEFORE_NAME = 10
const ATTRIBUTE_NAME = 11
const AFTER_NAME = 12
const BEFORE_VALUE = 13
const QUOTED = 14
const BARE = 15
const AFTER_VALUE = 16
const SELF_CLOSING = 17
const DECLARATION = 18
const COMMENT_START = 19
const COMMENT = 20
const COMMENT_DASHES = 21
const COMMENT_BANG = 22
const BOGUS = 23
const DOCTYPE = 24
const CDATA_END = 25
const INSTRUCTION = 26
const INSTRUCTION_END = 27
const RAW_END = 28
const SCRIPT_OPEN = 29
const SCRIPT_BANG = 30
const SCRIPT_WORD = 31

// States of a character reference.
const NO_REFERENCE = 0
const NAME = 1
const HASH_SEEN = 2
const HEX_SEEN = 3
const DECIMAL = 4
const HEXADECIMAL = 5

/** Bytes of the names of a tag that are kept until it is known what they are. */
const MAX_NAMES = 256
/** Bytes of one name that are told. */
export const MAX_NAME_TOLD = 256
/** Names with this many digits, or one name of this length, are more than words. */
const MANY_DIGITS = 6
const LONG_NAME = 20
/** The kept bytes of a reference: `&` and its name; the semicolon comes on top. */
const MAX_REFERENCE = 65

const CDATA_OPEN = Uint8Array.from('[CDATA[', (c) => c.charCodeAt(0))
const DOCTYPE_OPEN = Uint8Array.from('doctype', (c) => c.charCodeAt(0))
const SCRIPT_NAME = Uint8Array.from('script', (c) => c.charCodeAt(0))
const DASHES = Uint8Array.of(b.DASH, b.DASH, b.BANG)
const BRACKETS = Uint8Array.of(b.RIGHT_BRACKET, b.RIGHT_BRACKET)
const OPENERS = Uint8Array.of(b.LESS, b.BANG, b.DASH)
const HASHES = Uint8Array.of(b.AMPERSAND, b.HASH, 0x78)
const UPPER_HEX = Uint8Array.of(b.AMPERSAND, b.HASH, 0x58)

/** 1 where the name of a tag ends, 2 where an attribute's does. */
const NAME_ENDS = new Uint8Array(256)
for (const byte of [0x09, 0x0a, 0x0c, 0x0d, 0x20, b.SLASH, b.GREATER]) NAME_ENDS[byte] = 3
NAME_ENDS[b.EQUALS] = 2
/** 1 where a run of an unquoted value ends. */
const BARE_ENDS = new Uint8Array(256)
for (const byte of [0x09, 0x0a, 0x0c, 0x0d, 0x20, b.AMPERSAND, b.GREATER]) BARE_ENDS[byte] = 1

export type Dialect = 'html' | 'xml'

export class Tokenizer {
  private readonly out: MarkupTokens
  private html: boolean
  private nameStart: number
  private base = 0
  private paused = false
  private state: number = DATA
  private partIsOpen = false
  /** Where the token being read began. */
  private tokenAt = 0
  /** The first bytes of a token that may still be text. */
  private readonly kept: Uint8Array
  private keptLength = 0

  // The tag being read.
  private isEnd = false
  private quote = 0
  /** Names since the tag or the last value began, as spelled: where, how much of them is kept, whether they are told as content already. */
  private namesAt = -1
  private readonly names: Uint8Array
  private namesLength = 0
  private digits = 0
  private longest = 0
  private readonly name: Uint8Array
  private nameLength = 0
  private nameBytes = 0
  /** The element whose content is read in its own way. */
  private readonly rawName: Uint8Array
  private rawNameLength = 0
  private model: Model = DATA

  // The pieces of a terminator seen so far.
  private dashes = 0
  private fresh = false
  /** Script data: 0, inside `<!--` 1, inside `<!-- <script` 2. */
  private escaped = 0
  /** DOCTYPE of XML: the open quote, whether the internal subset is open, whether a declaration in it is. */
  private subset = 0
  private declares = false

  // The character reference being read.
  private reference = NO_REFERENCE
  private referenceAt = 0
  private upper = false
  private value = 0
  private readonly scalar: Uint8Array

  /** `done`: one whose room it may take. */
  constructor(dialect: Dialect, out: MarkupTokens, done?: Tokenizer) {
    this.kept = done?.kept ?? new Uint8Array(MAX_REFERENCE + 1)
    this.names = done?.names ?? new Uint8Array(MAX_NAMES)
    this.name = done?.name ?? new Uint8Array(MAX_NAME_TOLD)
    this.rawName = done?.rawName ?? new Uint8Array(32)
    this.scalar = done?.scalar ?? new Uint8Array(4)
    this.html = dialect === 'html'
    this.nameStart = this.html ? b.LETTER : b.XML_NAME_START
    this.out = out
  }

  /** Reads no further for now: `feed` answers where it stopped. Called from what it tells. */
  pause(): void {
    this.paused = true
  }

  /** Begins behind the name of an attribute: reads on in a tag that another tokenizer has begun. */
  enterTag(): void {
    this.partIsOpen = false
    this.reference = NO_REFERENCE
    this.base = 0
    this.startNames(0)
    this.state = AFTER_NAME
  }

  /** The document is HTML after all; said of its first tag at the latest. */
  becomeHtml(): void {
    this.html = true
    this.nameStart = b.LETTER
  }

  /** Reads on in the content of an element called `name`. */
  enter(model: Model, name: Uint8Array): void {
    this.state = this.model = model
    this.rawNameLength = Math.min(name.length, this.rawName.length)
    this.rawName.set(name.subarray(0, this.rawNameLength))
    if (model === CDATA) {
      this.partIsOpen = true
      this.out.open(CDATA_PART, this.base)
    }
  }

  /** Source offset from which on nothing has been told. */
  get held(): number {
    const { base } = this
    if (this.reference !== NO_REFERENCE) return this.referenceAt
    switch (this.state) {
      case TAG_OPEN:
      case END_TAG_OPEN:
      case RAW_END:
      case SCRIPT_OPEN:
        return this.tokenAt
      case DECLARATION:
        return this.tokenAt + 2
      case TAG_NAME:
      case BEFORE_NAME:
      case ATTRIBUTE_NAME:
      case AFTER_NAME:
      case SELF_CLOSING:
        return this.namesAt < 0 || this.namesLength > MAX_NAMES ? base : this.namesAt
      case COMMENT_DASHES:
      case CDATA_END:
      case INSTRUCTION_END:
        return base - this.dashes
      case COMMENT_BANG:
        return base - 3
      default:
        return base
    }
  }

  /** Reads the next window; answers how much of it, which is less only where it was paused. */
  feed(window: Uint8Array, last: boolean): number {
    const length = window.length
    let i = 0
    this.paused = false
    while (i < length && !this.paused) i = this.reference === NO_REFERENCE ? this.step(window, i) : this.readReference(window, i)
    if (last && i === length) this.finish(this.base + length)
    this.base += i
    return i
  }

  /** Reads one run or one byte of structure at `window[i]`; answers where reading goes on. */
  private step(window: Uint8Array, i: number): number {
    const { base, out } = this
    const byte = window[i]
    switch (this.state) {
      case DATA:
        return this.readText(window, i, TEXT_PART)
      case RCDATA:
        return this.readText(window, i, RCDATA_PART)
      case RAWTEXT:
        return this.readRaw(window, i)
      case SCRIPT:
        return this.readScript(window, i)
      case PLAINTEXT:
      case REST:
        this.openPart(this.state === REST ? REST_PART : RAW_PART, base + i)
        out.plain(base + i, base + window.length)
        return window.length
      case TAG_OPEN:
        return this.readTagOpen(byte, i)
      case END_TAG_OPEN:
        if ((b.CLASS[byte] & this.nameStart) !== 0) return this.startTag(true, i)
        this.startToken()
        if (byte === b.GREATER) {
          out.flaw()
          this.endToken(base + i + 1)
          return i + 1
        }
        return this.startBogus(base + i, i)
      case TAG_NAME: {
        const from = i
        while (i < window.length && (NAME_ENDS[window[i]] & 1) === 0) i++
        this.takeName(window, from, i)
        if (i < window.length) {
          this.nameEnds()
          out.tag(this.name, this.nameLength, this.isEnd)
          const { name, rawName } = this
          const count = Math.min(this.nameLength, rawName.length)
          for (let k = 0; k < count; k++) rawName[k] = name[k]
          this.rawNameLength = count
          this.state = BEFORE_NAME
        }
        return i
      }
      case ATTRIBUTE_NAME: {
        const from = i
        while (i < window.length && (NAME_ENDS[window[i]] & 2) === 0) i++
        this.takeName(window, from, i)
        if (i < window.length) {
          this.nameEnds()
          out.attribute(this.name, this.nameLength, base + i)
          this.state = AFTER_NAME
        }
        return i
      }
      case BEFORE_NAME:
      case AFTER_NAME:
      case SELF_CLOSING:
      case AFTER_VALUE:
        return this.readBetween(window, i)
      case BEFORE_VALUE:
        if (b.CLASS[byte] === b.SPACE) return i + 1
        if (byte === b.DOUBLE_QUOTE || byte === b.SINGLE_QUOTE) {
          this.quote = byte
          this.state = QUOTED
          this.openPart(QUOTED_PART, base + i + 1)
          return i + 1
        }
        if (!this.html || byte === b.GREATER) out.flaw()
        if (byte === b.GREATER) return this.endTag(i, false)
        this.state = BARE
        this.openPart(BARE_PART, base + i)
        return i
      case QUOTED: {
        const { quote } = this
        const from = i
        while (i < window.length && window[i] !== quote && window[i] !== b.AMPERSAND) i++
        if (i > from) out.plain(base + from, base + i)
        if (i === window.length) return i
        if (window[i] === b.AMPERSAND) return this.startReference(base + i, i)
        this.closePart(base + i)
        this.startNames(base + i + 1)
        this.state = AFTER_VALUE
        return i + 1
      }
      case BARE: {
        const from = i
        while (i < window.length && BARE_ENDS[window[i]] === 0) i++
        if (i > from) out.plain(base + from, base + i)
        if (i === window.length) return i
        if (window[i] === b.AMPERSAND) return this.startReference(base + i, i)
        this.closePart(base + i)
        this.startNames(base + i)
        this.state = BEFORE_NAME
        return i
      }
      case DECLARATION:
        return this.readDeclaration(byte, i)
      case COMMENT_START:
      case COMMENT:
      case COMMENT_DASHES:
      case COMMENT_BANG:
        return this.readComment(window, i)
      case BOGUS: {
        let end = window.indexOf(b.GREATER, i)
        if (end < 0) end = window.length
        if (end > i) out.plain(base + i, base + end)
        if (end === window.length) return end
        this.closePart(base + end)
        this.endToken(base + end + 1)
        return end + 1
      }
      case DOCTYPE:
        return this.readDoctype(window, i)
      case CDATA:
      case CDATA_END:
        return this.readCdata(window, i)
      case INSTRUCTION:
      case INSTRUCTION_END:
        return this.readInstruction(window, i)
      case RAW_END:
        return this.readRawEnd(byte, i)
      case SCRIPT_OPEN:
        return this.readScriptOpen(byte, i)
      case SCRIPT_BANG:
        if (byte === b.DASH) {
          out.plain(base + i, base + i + 1)
          if (++this.dashes < 2) return i + 1
          this.escaped = 1
          this.state = SCRIPT
          return i + 1
        }
        this.dashes = 0
        this.state = SCRIPT
        return i
      default:
        return this.readScriptWord(byte, i)
    }
  }

  // Text

  private readText(window: Uint8Array, i: number, part: Part): number {
    const { base } = this
    const from = i
    let byte = 0
    while (i < window.length && (byte = window[i]) !== b.LESS && byte !== b.AMPERSAND) i++
    if (i > from) {
      this.openPart(part, base + from)
      this.out.plain(base + from, base + i)
    }
    if (i === window.length) return i
    if (byte === b.AMPERSAND) {
      this.openPart(part, base + i)
      return this.startReference(base + i, i)
    }
    this.keep(base + i, byte)
    this.state = part === TEXT_PART ? TAG_OPEN : RAW_END
    return i + 1
  }

  private readTagOpen(byte: number, i: number): number {
    if ((b.CLASS[byte] & this.nameStart) !== 0) return this.startTag(false, i)
    switch (byte) {
      case b.SLASH:
        this.kept[this.keptLength++] = byte
        this.state = END_TAG_OPEN
        return i + 1
      case b.BANG:
        this.startToken()
        this.keptLength = 0
        this.state = DECLARATION
        return i + 1
      case b.QUESTION:
        this.startToken()
        if (this.html) return this.startBogus(this.base + i, i)
        this.state = INSTRUCTION
        this.openPart(INSTRUCTION_PART, this.base + i + 1)
        return i + 1
    }
    this.out.flaw()
    this.state = DATA
    this.openPart(TEXT_PART, this.tokenAt)
    this.stands(this.kept, this.keptLength, this.tokenAt)
    return i
  }

  /** RAWTEXT. */
  private readRaw(window: Uint8Array, i: number): number {
    let end = window.indexOf(b.LESS, i)
    if (end < 0) end = window.length
    if (end > i) {
      this.openPart(RAW_PART, this.base + i)
      this.out.plain(this.base + i, this.base + end)
    }
    if (end === window.length) return end
    this.keep(this.base + end, b.LESS)
    this.state = RAW_END
    return end + 1
  }

  /** Behind a `<` in RCDATA, RAWTEXT or script data: only the end tag of the element itself ends it. */
  private readRawEnd(byte: number, i: number): number {
    const count = this.keptLength
    const wanted = count === 1 ? b.SLASH : this.rawName[count - 2]
    if (count - 2 < this.rawNameLength) {
      if (b.LOWER[byte] === wanted) {
        this.kept[this.keptLength++] = byte
        return i + 1
      }
    } else if (this.rawNameLength > 0 && (NAME_ENDS[byte] & 1) !== 0) {
      this.startToken()
      this.isEnd = true
      this.startNames(this.tokenAt + 2)
      this.takeName(this.kept, 2, count)
      this.escaped = 0
      this.state = TAG_NAME
      return i
    }
    this.backToRaw()
    return i
  }

  /** What is kept was no end tag. */
  private backToRaw(): void {
    this.state = this.model
    this.openPart(this.rawPart(), this.tokenAt)
    this.stands(this.kept, this.keptLength, this.tokenAt)
  }

  private rawPart(): Part {
    return this.model === RCDATA ? RCDATA_PART : this.model === SCRIPT ? SCRIPT_PART : RAW_PART
  }

  private readScript(window: Uint8Array, i: number): number {
    const { base } = this
    const from = i
    if (this.escaped === 0) {
      i = window.indexOf(b.LESS, i)
      if (i < 0) i = window.length
    } else {
      let { dashes } = this
      for (; i < window.length; i++) {
        const byte = window[i]
        if (byte === b.DASH) dashes++
        else if (byte === b.LESS) break
        else if (byte === b.GREATER && dashes >= 2) {
          this.escaped = 0
          i++
          dashes = 0
          break
        } else dashes = 0
      }
      this.dashes = dashes
    }
    if (i > from) {
      this.openPart(SCRIPT_PART, base + from)
      this.out.plain(base + from, base + i)
    }
    if (i === window.length || window[i] !== b.LESS) return i
    this.dashes = 0
    this.keep(base + i, b.LESS)
    this.state = SCRIPT_OPEN
    return i + 1
  }

  /** Behind a `<` in script data. */
  private readScriptOpen(byte: number, i: number): number {
    if (byte === b.SLASH && this.escaped < 2) {
      this.kept[this.keptLength++] = byte
      this.state = RAW_END
      return i + 1
    }
    this.openPart(SCRIPT_PART, this.tokenAt)
    this.stands(OPENERS, 1, this.tokenAt)
    this.dashes = 0
    this.nameLength = 0
    if (byte === b.BANG && this.escaped === 0) {
      this.state = SCRIPT_BANG
      this.out.plain(this.base + i, this.base + i + 1)
      return i + 1
    }
    if (byte === b.SLASH) {
      this.state = SCRIPT_WORD
      this.out.plain(this.base + i, this.base + i + 1)
      return i + 1
    }
    this.state = this.escaped === 1 && (b.CLASS[byte] & b.LETTER) !== 0 ? SCRIPT_WORD : SCRIPT
    return i
  }

  /** A word behind `<` (or, doubly escaped, `</`): `script` begins or ends the double escape. */
  private readScriptWord(byte: number, i: number): number {
    if ((b.CLASS[byte] & b.LETTER) !== 0) {
      if (this.nameLength <= SCRIPT_NAME.length) this.name[this.nameLength++] = b.LOWER[byte]
      this.out.plain(this.base + i, this.base + i + 1)
      return i + 1
    }
    const isScript = this.nameLength === SCRIPT_NAME.length && b.equalBytes(this.name, 0, SCRIPT_NAME, 0, SCRIPT_NAME.length)
    if (isScript && (NAME_ENDS[byte] & 1) !== 0) this.escaped = 3 - this.escaped
    this.state = SCRIPT
    return i
  }

  // Tags

  private startTag(isEnd: boolean, i: number): number {
    this.startToken()
    this.isEnd = isEnd
    this.startNames(this.base + i)
    this.startName()
    this.state = TAG_NAME
    return i
  }

  /** Between the names and values of a tag. */
  private readBetween(window: Uint8Array, i: number): number {
    const byte = window[i]
    if (b.CLASS[byte] === b.SPACE) {
      if (this.state !== AFTER_NAME) this.state = BEFORE_NAME
    } else if (byte === b.GREATER) return this.endTag(i, this.state === SELF_CLOSING)
    else if (byte === b.SLASH) this.state = SELF_CLOSING
    else if (byte === b.EQUALS && this.state === AFTER_NAME) {
      this.endNames(this.base + i)
      this.state = BEFORE_VALUE
      return i + 1
    } else {
      if (this.state === AFTER_VALUE) this.out.flaw()
      this.startName()
      this.state = ATTRIBUTE_NAME
      // The first byte belongs to the name whatever it is.
      this.takeName(window, i, i + 1)
      return i + 1
    }
    this.takeNames(window, i, i + 1)
    return i + 1
  }

  private endTag(i: number, selfClosing: boolean): number {
    const at = this.base + i
    this.endNames(at)
    this.model = this.out.tagEnds(this.isEnd, selfClosing)
    this.endToken(at + 1)
    this.state = this.model
    return i + 1
  }

  private startNames(at: number): void {
    this.namesAt = at
    this.namesLength = this.digits = this.longest = 0
    this.startName()
  }

  private startName(): void {
    this.nameLength = this.nameBytes = 0
  }

  private nameEnds(): void {
    if (this.nameBytes > this.longest) this.longest = this.nameBytes
  }

  private takeName(bytes: Uint8Array, from: number, to: number): void {
    this.takeNames(bytes, from, to)
    this.nameBytes += to - from
    const { name, html } = this
    const { LOWER } = b
    let { nameLength } = this
    const end = Math.min(to, from + MAX_NAME_TOLD - nameLength)
    for (let i = from; i < end; i++) name[nameLength++] = html ? LOWER[bytes[i]] : bytes[i]
    this.nameLength = nameLength
  }

  /** Bytes of the window (or, of a kept end tag, before it) that are names or stand between them. */
  private takeNames(bytes: Uint8Array, from: number, to: number): void {
    const count = to - from
    if (this.namesLength <= MAX_NAMES) {
      if (this.namesLength + count <= MAX_NAMES) {
        const { names } = this
        const { CLASS } = b
        let { namesLength, digits } = this
        for (let i = from; i < to; i++) {
          const byte = bytes[i]
          names[namesLength++] = byte
          if ((CLASS[byte] & b.DIGIT) !== 0) digits++
        }
        this.namesLength = namesLength
        this.digits = digits
        return
      }
      this.tellNames(NAMES_PART)
      this.namesLength = MAX_NAMES + 1
    }
    if (count > 0) this.out.plain(this.base + from, this.base + to)
  }

  private tellNames(part: Part): void {
    this.openPart(part, this.namesAt)
    this.stands(this.names, this.namesLength, this.namesAt)
  }

  private endNames(at: number, part = NAMES_PART): void {
    if (this.namesAt < 0) return
    if (this.namesLength <= MAX_NAMES) {
      if (this.digits >= MANY_DIGITS || this.longest >= LONG_NAME) this.tellNames(part)
      at = this.namesAt + this.namesLength
    }
    this.namesAt = -1
    this.closePart(at)
  }

  // What begins with `<!` and `<?`

  private readDeclaration(byte: number, i: number): number {
    const { kept, base } = this
    const count = this.keptLength
    kept[this.keptLength++] = byte
    if (byte === b.DASH && count < 2 && (count === 0 || kept[0] === b.DASH)) {
      if (count === 0) return i + 1
      this.state = COMMENT_START
      this.dashes = 0
      this.fresh = true
      this.openPart(COMMENT_PART, base + i + 1)
      return i + 1
    }
    if (b.LOWER[byte] === DOCTYPE_OPEN[count] && (count === 0 || b.LOWER[kept[0]] === DOCTYPE_OPEN[0])) {
      if (count + 1 < DOCTYPE_OPEN.length) return i + 1
      this.state = DOCTYPE
      this.quote = this.subset = 0
      this.declares = false
      this.openPart(DOCTYPE_PART, base + i + 1)
      return i + 1
    }
    if (byte === CDATA_OPEN[count] && (count === 0 || kept[0] === CDATA_OPEN[0])) {
      if (count + 1 < CDATA_OPEN.length) return i + 1
      if (!this.html || this.out.foreign()) {
        this.state = CDATA
        this.dashes = 0
        this.openPart(CDATA_PART, base + i + 1)
        return i + 1
      }
    }
    this.keptLength--
    return this.startBogus(this.tokenAt + 2, i)
  }

  /** A comment that began otherwise; its content starts at `at`, perhaps with what is kept. */
  private startBogus(at: number, i: number): number {
    this.out.flaw()
    this.state = BOGUS
    this.openPart(COMMENT_PART, at)
    if (at < this.base + i) this.stands(this.kept, this.keptLength, at)
    return i
  }

  private readComment(window: Uint8Array, i: number): number {
    const { base, out } = this
    const byte = window[i]
    const at = base + i
    switch (this.state) {
      case COMMENT_START:
        if (byte === b.GREATER && this.html) {
          out.flaw()
          return this.endComment(at, i)
        }
        this.state = COMMENT
        if (byte !== b.DASH) {
          this.fresh = false
          return i
        }
        this.dashes = 1
        this.state = COMMENT_DASHES
        return i + 1
      case COMMENT: {
        let end = window.indexOf(b.DASH, i)
        if (end < 0) end = window.length
        if (end > i) out.plain(at, base + end)
        if (end === window.length) return end
        this.fresh = false
        this.dashes = 1
        this.state = COMMENT_DASHES
        return end + 1
      }
      case COMMENT_DASHES:
        if (byte === b.DASH) {
          if (this.dashes === 2) this.stands(DASHES, 1, at - 2)
          else this.dashes = 2
          return i + 1
        }
        if (byte === b.GREATER && (this.dashes === 2 || (this.fresh && this.html))) return this.endComment(at - this.dashes, i)
        if (byte === b.BANG && this.dashes === 2 && this.html) {
          this.state = COMMENT_BANG
          return i + 1
        }
        if (this.dashes === 2 && !this.html) out.flaw()
        this.stands(DASHES, this.dashes, at - this.dashes)
        this.fresh = false
        this.state = COMMENT
        return i
      default:
        if (byte === b.GREATER) {
          out.flaw()
          return this.endComment(at - 3, i)
        }
        this.stands(DASHES, 3, at - 3)
        this.fresh = false
        this.state = COMMENT
        return i
    }
  }

  private endComment(end: number, i: number): number {
    this.closePart(end)
    this.endToken(this.base + i + 1)
    return i + 1
  }

  /** In HTML up to the first `>`; in XML quotes, and an internal subset with declarations, comments and instructions, may hold one. */
  private readDoctype(window: Uint8Array, i: number): number {
    const { base, out } = this
    const from = i
    const length = window.length
    for (; i < length; i++) {
      const byte = window[i]
      if (this.html) {
        if (byte === b.GREATER) break
        continue
      }
      if (byte === b.AMPERSAND) {
        if (i > from) out.plain(base + from, base + i)
        return this.startReference(base + i, i)
      }
      if (this.subset >= COMMENTED) {
        this.readSubsetToken(byte)
        continue
      }
      if (this.quote !== 0) {
        if (byte === this.quote) this.quote = 0
      } else if (byte === b.DOUBLE_QUOTE || byte === b.SINGLE_QUOTE) {
        if (this.subset === 0 || this.declares) this.quote = byte
      } else if (this.subset === 0) {
        if (byte === b.GREATER) break
        if (byte === b.LEFT_BRACKET) this.subset = SUBSET
      } else if (byte === b.LESS) {
        this.subset = MARKED
      } else if (byte === b.GREATER) this.declares = false
      else if (byte === b.RIGHT_BRACKET && !this.declares) this.subset = 0
    }
    if (i > from) out.plain(base + from, base + i)
    if (i === length) return i
    this.closePart(base + i)
    this.endToken(base + i + 1)
    return i + 1
  }

  /** Inside a comment or an instruction of the internal subset, or where one may begin. */
  private readSubsetToken(byte: number): void {
    switch (this.subset) {
      case MARKED:
        this.subset = byte === b.BANG ? MARKED_BANG : byte === b.QUESTION ? INSTRUCTED : SUBSET
        this.declares = this.subset === SUBSET
        break
      case MARKED_BANG:
        this.subset = byte === b.DASH ? MARKED_DASH : SUBSET
        this.declares = this.subset === SUBSET
        break
      case MARKED_DASH:
        this.subset = byte === b.DASH ? COMMENTED : SUBSET
        this.declares = this.subset === SUBSET
        this.dashes = 0
        break
      case COMMENTED:
        if (byte === b.GREATER && this.dashes >= 2) this.subset = SUBSET
        this.dashes = byte === b.DASH ? this.dashes + 1 : 0
        break
      default:
        if (byte === b.GREATER && this.subset === INSTRUCTED_END) this.subset = SUBSET
        else this.subset = byte === b.QUESTION ? INSTRUCTED_END : INSTRUCTED
    }
  }

  private readCdata(window: Uint8Array, i: number): number {
    const { base, out } = this
    if (this.state === CDATA) {
      let end = window.indexOf(b.RIGHT_BRACKET, i)
      if (end < 0) end = window.length
      if (end > i) out.plain(base + i, base + end)
      if (end === window.length) return end
      this.dashes = 1
      this.state = CDATA_END
      return end + 1
    }
    const at = base + i
    const byte = window[i]
    if (byte === b.RIGHT_BRACKET) {
      if (this.dashes === 2) this.stands(BRACKETS, 1, at - 2)
      else this.dashes = 2
      return i + 1
    }
    if (byte === b.GREATER && this.dashes === 2) {
      this.closePart(at - 2)
      this.endToken(at + 1)
      return i + 1
    }
    this.stands(BRACKETS, this.dashes, at - this.dashes)
    this.state = CDATA
    return i
  }

  private readInstruction(window: Uint8Array, i: number): number {
    const { base } = this
    if (this.state === INSTRUCTION) {
      let end = window.indexOf(b.QUESTION, i)
      if (end < 0) end = window.length
      if (end > i) this.out.plain(base + i, base + end)
      if (end === window.length) return end
      this.dashes = 1
      this.state = INSTRUCTION_END
      return end + 1
    }
    const at = base + i
    if (window[i] === b.GREATER) {
      this.closePart(at - 1)
      this.endToken(at + 1)
      return i + 1
    }
    this.stands(QUESTIONS, 1, at - 1)
    if (window[i] === b.QUESTION) return i + 1
    this.state = INSTRUCTION
    return i
  }

  // Character references

  private startReference(at: number, i: number): number {
    this.reference = NAME
    this.referenceAt = at
    this.kept[0] = b.AMPERSAND
    this.keptLength = 1
    return i + 1
  }

  private readReference(window: Uint8Array, i: number): number {
    const length = window.length
    while (i < length) {
      const byte = window[i]
      switch (this.reference) {
        case NAME:
          if (this.keptLength === 1 && byte === b.HASH) {
            this.reference = HASH_SEEN
            break
          }
          if (this.state === DOCTYPE) return this.noReference(i)
          if (this.html ? isNameByte(byte) : (b.CLASS[byte] & b.XML_NAME) !== 0) {
            if (this.keptLength >= (this.html ? MAX_NAME + 1 : MAX_REFERENCE)) return this.endNamed(byte, i)
            this.kept[this.keptLength++] = byte
            break
          }
          if (byte !== b.SEMICOLON || this.keptLength === 1) return this.endNamed(byte, i)
          this.kept[this.keptLength++] = byte
          return this.endNamed(-1, i + 1)
        case HASH_SEEN:
          if ((byte | 0x20) === 0x78) {
            this.reference = HEX_SEEN
            this.upper = byte === 0x58
            break
          }
          if ((b.CLASS[byte] & b.DIGIT) === 0) return this.noReference(i)
          this.reference = DECIMAL
          this.value = byte - 0x30
          break
        case HEX_SEEN:
          if (HEX_VALUE[byte] === 255) return this.noReference(i)
          this.reference = HEXADECIMAL
          this.value = HEX_VALUE[byte]
          break
        default: {
          const digit = HEX_VALUE[byte]
          const radix = this.reference === DECIMAL ? 10 : 16
          if (digit >= radix) {
            const closed = byte === b.SEMICOLON
            this.endNumeric(this.base + i + (closed ? 1 : 0))
            if (!closed) this.out.flaw()
            return closed ? i + 1 : i
          }
          this.value = Math.min(this.value * radix + digit, 0x110000)
        }
      }
      i++
    }
    return i
  }

  private endNumeric(to: number): void {
    this.reference = NO_REFERENCE
    const length = encodeScalar(numericScalar(this.value, this.html), this.scalar)
    this.out.decoded(this.scalar, length, this.referenceAt, to)
  }

  /** The name kept is as long as it gets; `next` is the byte behind it, -1 if that does not matter. Goes on at `window[i]`. */
  private endNamed(next: number, i: number): number {
    const { kept, keptLength: count, referenceAt: at } = this
    this.reference = NO_REFERENCE
    const inValue = this.state === QUOTED || this.state === BARE
    if (!this.html && count > 2 && kept[count - 1] === b.SEMICOLON) {
      const value = this.out.entity(kept.subarray(1, count - 1), count - 2, at)
      if (value !== undefined) {
        this.out.decoded(value, value.length, at, at + count)
        return i
      }
    }
    const match = count < 3 ? undefined : matchNamed(kept, 1, count, !this.html)
    if (
      match === undefined ||
      (inValue && kept[match.taken] !== b.SEMICOLON && joins(match.taken + 1 < count ? kept[match.taken + 1] : next))
    ) {
      if (!this.html || kept[count - 1] === b.SEMICOLON) this.out.flaw()
      this.stands(kept, count, at)
      return i
    }
    const taken = match.taken + 1
    if (kept[taken - 1] !== b.SEMICOLON) this.out.flaw()
    this.out.decoded(match.value, match.length, at, at + taken)
    if (taken < count) {
      // Letters behind a name that needs no semicolon: text, and part of it may lie in an earlier window.
      kept.copyWithin(0, taken, count)
      this.stands(kept, count - taken, at + taken)
    }
    return i
  }

  /** What was read of a numeric reference is none. */
  private noReference(i: number): number {
    const count = this.reference === NAME ? 1 : this.reference === HASH_SEEN ? 2 : 3
    this.reference = NO_REFERENCE
    if (this.state !== DOCTYPE) this.out.flaw()
    this.stands(this.upper && count === 3 ? UPPER_HEX : HASHES, count, this.referenceAt)
    return i
  }

  // Parts and tokens

  private openPart(part: Part, at: number): void {
    if (this.partIsOpen) return
    this.partIsOpen = true
    this.out.open(part, at)
  }

  private closePart(at: number): void {
    if (!this.partIsOpen) return
    this.partIsOpen = false
    this.out.close(at)
  }

  private keep(at: number, byte: number): void {
    this.tokenAt = at
    this.kept[0] = byte
    this.keptLength = 1
  }

  private startToken(): void {
    this.closePart(this.tokenAt)
    this.out.tokenStarts(this.tokenAt)
  }

  private endToken(at: number): void {
    this.out.tokenEnds(at)
    this.state = DATA
  }

  /** Tells `bytes[0…count)`, which stand at `at` (perhaps in an earlier window), as themselves. */
  private stands(bytes: Uint8Array, count: number, at: number): void {
    const before = Math.min(count, Math.max(0, this.base - at))
    giveKept(this.out, bytes, before, at)
    if (count > before) this.out.plain(at + before, at + count)
  }

  /** The document ends at `end`, with the window just read. */
  private finish(end: number): void {
    const { out } = this
    switch (this.reference) {
      case NO_REFERENCE:
        break
      case NAME:
        this.endNamed(-1, 0)
        break
      case DECIMAL:
      case HEXADECIMAL:
        out.flaw()
        this.endNumeric(end)
        break
      default:
        this.noReference(0)
    }
    switch (this.state) {
      case RCDATA:
      case RAWTEXT:
      case SCRIPT:
      case SCRIPT_BANG:
      case SCRIPT_WORD:
        out.flaw()
        this.closePart(end)
        return
      case DATA:
      case PLAINTEXT:
      case REST:
        this.closePart(end)
        return
      case TAG_OPEN:
      case END_TAG_OPEN:
        out.flaw()
        this.openPart(TEXT_PART, this.tokenAt)
        this.stands(this.kept, this.keptLength, this.tokenAt)
        this.closePart(end)
        return
      case RAW_END:
      case SCRIPT_OPEN:
        out.flaw()
        this.backToRaw()
        this.closePart(end)
        return
      case DECLARATION:
        this.startBogus(this.tokenAt + 2, end - this.base)
        this.closePart(end)
        break
      case COMMENT_DASHES:
        this.closePart(end - this.dashes)
        break
      case COMMENT_BANG:
        this.closePart(end - 3)
        break
      case CDATA_END:
        this.stands(BRACKETS, this.dashes, end - this.dashes)
        this.closePart(end)
        break
      case INSTRUCTION_END:
        this.closePart(end - 1)
        break
      case TAG_NAME:
      case ATTRIBUTE_NAME:
        this.nameEnds()
        this.endNames(end, CUT_TAG_PART)
        break
      case BEFORE_NAME:
      case AFTER_NAME:
      case SELF_CLOSING:
      case AFTER_VALUE:
        this.endNames(end, CUT_TAG_PART)
        break
      default:
        this.closePart(end)
    }
    out.flaw()
    out.tokenEnds(end)
  }
}

// Where a DOCTYPE of XML stands: 0 outside its internal subset.
const SUBSET = 1
const COMMENTED = 2
const MARKED = 3
const MARKED_BANG = 4
const MARKED_DASH = 5
const INSTRUCTED = 6
const INSTRUCTED_END = 7

const QUESTIONS = Uint8Array.of(b.QUESTION)

/** Behind a name without semicolon in an attribute, these keep it from being a reference (HTML section 13.2.5.73). */
function joins(byte: number): boolean {
  return byte === b.EQUALS || isNameByte(byte)
}
