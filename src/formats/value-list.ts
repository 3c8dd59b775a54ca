/**
 * A value may be cut in pieces that are the elements of one array, or fields of one name, and whoever receives them joins them. Only a list that is one value as a
 * whole is looked for: of tags, ids and prices some would always join into one.
 */

/** Bytes of a list's values together, and from the first to the last of them in the source; a longer list is none. */
export const MAX_LIST_TEXT = 4096
export const MAX_LIST_SPAN = 16 << 10
/** Fewer characters are no value of any rule. */
const MIN_LIST_TEXT = 6

/** What is known of a list beside its text. */
export class ListShape {
  /** Values that are not empty. */
  values = 0
  private strings = 0
  /** Bytes of the longest bare number. */
  private longest = 0

  reset(): void {
    this.values = this.strings = this.longest = 0
  }

  /** The value `bytes[from…to)` ends. False: no list with it is one value, as with a number that is more than digits. */
  add(bytes: Uint8Array, from: number, to: number, isNumber: boolean): boolean {
    if (from === to) return true
    this.values++
    if (!isNumber) this.strings++
    else {
      for (let i = from; i < to; i++) if (bytes[i] < 0x30 || bytes[i] > 0x39) return false
      this.longest = Math.max(this.longest, to - from)
    }
    return true
  }

  /** May its values, so many bytes together, be the pieces of one? Numbers alone may when each is a digit. */
  mayJoin(length: number): boolean {
    return this.values > 1 && length >= MIN_LIST_TEXT && length <= MAX_LIST_TEXT && (this.strings > 0 || this.longest === 1)
  }
}
