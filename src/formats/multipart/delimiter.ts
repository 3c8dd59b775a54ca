/**
 * Whether a line is a delimiter of one of several boundaries (RFC 2046 section 5.1.1): `--`, the boundary, `--` when it closes, white
 * space, the end of the line. Taken byte by byte, so that it can be cut anywhere.
 */
export class Delimiter {
  private readonly boundaries: readonly Uint8Array[]
  /** Bytes of each boundary that matched, `--` included; OPEN and above behind it; DEAD when it cannot be this one. */
  private readonly stages: Int32Array
  private padding = 0

  /** `boundaries`: a character a byte, as header fields are read. */
  constructor(boundaries: readonly string[]) {
    this.boundaries = boundaries.map((boundary) => Uint8Array.from(`--${boundary}`, (character) => character.charCodeAt(0)))
    this.stages = new Int32Array(boundaries.length)
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

const OPEN = 1 << 20
const ONE_DASH = OPEN + 1
const CLOSE = OPEN + 2
const DEAD = -1
const DASH = 0x2d
const SPACE = 0x20
const TAB = 0x09
