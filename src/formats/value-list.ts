/**
 * A value may be cut in pieces that are the elements of one array, or fields of one name, and whoever receives them joins them. Only a list that is one value as a
 * whole is looked for: of tags, ids and prices some would always join into one. A list of numbers may be the bytes of a text, as a Buffer of Node's is in JSON: in those values
 * are looked for anywhere.
 */

/** Bytes of a list's values together, and from the first to the last of them in the source; a longer list is none. */
export const MAX_LIST_TEXT = 4096
export const MAX_LIST_SPAN = 16 << 10
/** Fewer characters are no value of any rule. */
const MIN_LIST_TEXT = 6
/** Nor do fewer bytes make one. */
const MIN_CODES = 6
/** Numbers that may be the groups of one, and their digits together: a social security number has three and nine, a card up to five and nineteen. */
const GROUPS = { least: 3, most: 5, leastDigits: 9, mostDigits: 19 }

/** The byte of text that a number of one to three digits is, or -1: no control character but tab and line breaks. */
export function codeOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 3) return -1
  let code = 0
  for (let i = from; i < to; i++) code = 10 * code + bytes[i] - 0x30
  return code === 9 || code === 10 || code === 13 || (code >= 0x20 && code <= 0xff) ? code : -1
}

/** What is known of a list beside its text. */
export class ListShape {
  /** Values that are not empty. */
  values = 0
  private strings = 0
  /** Bytes of the longest bare number. */
  private longest = 0
  private allCodes = true

  reset(): void {
    this.values = this.strings = this.longest = 0
    this.allCodes = true
  }

  /** The value `bytes[from…to)` ends. False: no list with it is one value, as with a number that is more than digits. */
  add(bytes: Uint8Array, from: number, to: number, isNumber: boolean): boolean {
    if (from === to) return true
    this.values++
    if (!isNumber) this.strings++
    else {
      for (let i = from; i < to; i++) if (bytes[i] < 0x30 || bytes[i] > 0x39) return false
      this.longest = Math.max(this.longest, to - from)
      this.allCodes &&= codeOf(bytes, from, to) >= 0
    }
    return true
  }

  /** Each value is the number of a byte of text. */
  get isCodes(): boolean {
    return this.allCodes && this.strings === 0 && this.longest > 1 && this.values >= MIN_CODES
  }

  /** May its values, so many bytes together, be the pieces of one? Numbers alone may when each is a digit, a group of digits, or the number of a byte. */
  mayJoin(length: number): boolean {
    if (this.values < 2 || length < MIN_LIST_TEXT || length > MAX_LIST_TEXT) return false
    return this.strings > 0 || this.longest === 1 || this.isCodes || this.areGroups(length)
  }

  /** Numbers of several digits, which are the groups of one only where the list's name says so: figures of all kinds come in such lists. */
  areGroups(length: number): boolean {
    if (this.strings > 0 || this.longest < 2 || this.values < GROUPS.least || this.values > GROUPS.most) return false
    return length >= GROUPS.leastDigits && length <= GROUPS.mostDigits
  }
}
