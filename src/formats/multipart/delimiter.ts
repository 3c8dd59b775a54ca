/**
 * Whether a line is a delimiter of one of several boundaries (RFC 2046 section 5.1.1): `--`, the boundary, `--` when it closes, white
 * space, the end of the line. Taken byte by byte, so that it can be cut anywhere.
 */
export class Delimiter {
  private readonly boundaries: readonly Uint8Array[]
  /** Bytes of each boundary that matched, `--` included; OPEN and above behind it; DEAD when it cannot be this one. */
  private readonly stages: Int32Array
  private padding = 0
  /** Bytes of the shortest boundary, `--` included. */
  private readonly least: number
  /** By the hash of four bytes, whether they may stand in the beginning of a boundary; and the window at hand by fours. */
  private readonly fours: Uint8Array | undefined
  private window: Uint8Array = EMPTY
  private words: Int32Array = NO_WORDS

  /** `boundaries`: a character a byte, as header fields are read. */
  constructor(boundaries: readonly string[]) {
    this.boundaries = boundaries.map((boundary) => Uint8Array.from(`--${boundary}`, (character) => character.charCodeAt(0)))
    this.stages = new Int32Array(boundaries.length)
    this.least = Math.min(...this.boundaries.map(({ length }) => length))
    if (!(this.least >= LEAST_SOUGHT && this.least < Number.POSITIVE_INFINITY)) return
    this.fours = new Uint8Array(1 << HASH_BITS)
    const four = new Uint8Array(4)
    const word = new Int32Array(four.buffer)
    for (const boundary of this.boundaries)
      for (let i = 0; i + 4 <= this.least; i++) {
        four.set(boundary.subarray(i, i + 4))
        this.fours[hashOf(word[0])] = 1
      }
  }

  /**
   * The first index from `from` on at which a delimiter may begin: one of which as many bytes are there as the shortest boundary has, or a dash with fewer behind it. A boundary of eleven bytes
   * covers four at every multiple of eight, one of forty at every multiple of 36: only those are looked at.
   */
  next(window: Uint8Array, from: number): number {
    const { fours, least } = this
    const { length } = window
    if (this.boundaries.length === 0) return length
    if (fours === undefined) return dashIn(window, from)
    if (this.window !== window) {
      const head = -window.byteOffset & 3
      this.window = window
      this.words = length < head + 4 ? NO_WORDS : new Int32Array(window.buffer, window.byteOffset + head, (length - head) >> 2)
    }
    const { words } = this
    const head = -window.byteOffset & 3
    const stride = (least - 3) >> 2
    for (let k = (Math.max(0, from - head) + 3) >> 2; (k = skim(words, k, stride, fours)) < words.length; k += stride) {
      const at = head + 4 * k
      for (let start = Math.max(from, at + 4 - least); start <= at; start++) if (this.begins(window, start)) return start
    }
    return dashIn(window, Math.max(from, length - least + 1))
  }

  /** The index of the line break behind the delimiter that begins at `from`, which `next` answered, with all of a boundary behind it; -1 where none is there. `end` says which it is. */
  lineEnd(window: Uint8Array, from: number): number {
    this.reset()
    let i = from
    if (this.stages.length === 1 && this.fours !== undefined) i += this.stages[0] = this.least
    while (i < window.length && window[i] !== LF && window[i] !== CR && this.take(window[i])) i++
    return i < window.length && (window[i] === LF || window[i] === CR) && this.end() !== 'none' ? i : -1
  }

  private begins(window: Uint8Array, at: number): boolean {
    if (at + this.least > window.length || window[at] !== DASH) return false
    for (const boundary of this.boundaries) {
      let i = 1
      while (i < this.least && window[at + i] === boundary[i]) i++
      if (i === this.least) return true
    }
    return false
  }

  /** A new line begins. */
  reset(): void {
    this.stages.fill(0)
    this.padding = 0
  }

  /** Takes the next byte of the line, which is no line break. False: the line is no delimiter. */
  take(byte: number): boolean {
    const blank = byte === SPACE || byte === TAB
    if (blank && ++this.padding > MAX_PADDING) return false
    let alive = false
    for (let k = 0; k < this.stages.length; k++) {
      const boundary = this.boundaries[k]
      const stage = this.stages[k]
      let next = DEAD
      if (stage >= 0 && stage < boundary.length) {
        if (boundary[stage] === byte) next = stage + 1
      } else if (stage === boundary.length) next = byte === DASH ? ONE_DASH : blank ? OPEN : DEAD
      else if (stage === OPEN) next = blank ? OPEN : DEAD
      else if (stage === ONE_DASH) next = byte === DASH ? CLOSE : DEAD
      else if (stage === CLOSE) next = blank ? CLOSE : DEAD
      this.stages[k] = next
      if (next !== DEAD) alive = true
    }
    return alive
  }

  /** The line ends here: what it is. */
  end(): 'open' | 'close' | 'none' {
    let verdict: 'open' | 'close' | 'none' = 'none'
    for (let k = 0; k < this.stages.length; k++) {
      if (this.stages[k] === this.boundaries[k].length || this.stages[k] === OPEN) return 'open'
      if (this.stages[k] === CLOSE) verdict = 'close'
    }
    return verdict
  }

  /** What a whole line, without its break, is. */
  judge(line: Uint8Array): 'open' | 'close' | 'none' {
    this.reset()
    for (const byte of line) if (!this.take(byte)) return 'none'
    return this.end()
  }
}

/** White space behind a boundary; what has more is no delimiter. */
export const MAX_PADDING = 1024

/** Shorter boundaries, `--` included, are looked for by their dash. */
const LEAST_SOUGHT = 7
const HASH_BITS = 12
const HASH_SHIFT = 32 - HASH_BITS
const HASH = 0x9e3779b1
const EMPTY = new Uint8Array(0)
const NO_WORDS = new Int32Array(0)

function hashOf(four: number): number {
  return Math.imul(four, HASH) >>> HASH_SHIFT
}

/** The first of every so many words whose hash is marked, or the one before it. A function without calls runs at its best. */
function skim(words: Int32Array, from: number, stride: number, marks: Uint8Array): number {
  const end = (words.length - stride) | 0
  const twice = (2 * stride) | 0
  let k = from | 0
  while (
    k < end &&
    (marks[Math.imul(words[k], HASH) >>> HASH_SHIFT] | marks[Math.imul(words[(k + stride) | 0], HASH) >>> HASH_SHIFT]) === 0
  )
    k = (k + twice) | 0
  return k
}

function dashIn(window: Uint8Array, from: number): number {
  const dash = window.indexOf(DASH, from)
  return dash < 0 ? window.length : dash
}

const OPEN = 1 << 20
const ONE_DASH = OPEN + 1
const CLOSE = OPEN + 2
const DEAD = -1
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
