/** Bytes of a name, without its digits, that are compared; elements with longer names are no list. */
const MAX_NAME = 64

/**
 * Elements behind one another in one parent whose names differ in digits alone (`<t>4111</t><t>1111</t>`, `<p1>…</p1><p2>…</p2>`): whoever reads
 * them may join them.
 */
export class Siblings {
  private readonly name: Uint8Array
  private length = 0
  /** Elements that are open around them; -1: there are none. */
  private level = -1
  /** Number of the list at hand. */
  private list = 0

  /** `done`: one whose room it may take. */
  constructor(done?: Siblings) {
    this.name = done?.name ?? new Uint8Array(MAX_NAME)
  }

  /** An element begins in `depth` others. */
  begins(name: Uint8Array, length: number, depth: number): void {
    if (depth === this.level && this.isLike(name, length)) return
    this.level = depth
    this.list++
    this.length = 0
    for (let i = 0; i < length; i++) {
      if (isDigit(name[i])) continue
      if (this.length === MAX_NAME) {
        this.level = -1
        return
      }
      this.name[this.length++] = name[i]
    }
  }

  /** An element has ended, and `depth` are open. */
  ended(depth: number): void {
    if (depth < this.level) this.level = -1
  }

  /** The list that text in `depth` elements belongs to; 0: none. */
  listAt(depth: number): number {
    return this.level >= 0 && depth === this.level + 1 ? this.list : 0
  }

  private isLike(name: Uint8Array, length: number): boolean {
    let at = 0
    for (let i = 0; i < length; i++) if (!isDigit(name[i]) && name[i] !== this.name[at++]) return false
    return at === this.length
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
