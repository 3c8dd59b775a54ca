/**
 * Checks UTF-8 (RFC 3629; Unicode 3.9, table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF) window by window. The
 * counts are the same for every cut: an invalid sequence counts once for each maximal part that a decoder would replace by U+FFFD.
 */
export interface Utf8Check {
  /** Checks the next window. `last`: a sequence that is open at its end is invalid. */
  push(window: Uint8Array, last?: boolean): void
  /** Invalid sequences so far. */
  readonly invalid: number
  /** Offset of the first invalid byte sequence; -1 if none. */
  readonly firstInvalid: number
}

export function createUtf8Check(): Utf8Check {
  let offset = 0
  let invalid = 0
  let firstInvalid = -1
  // Continuation bytes still to come, where their character began, and what the next of them may be.
  let wanted = 0
  let start = 0
  let low = 0x80
  let high = 0xbf

  const bad = (at: number) => {
    invalid++
    if (firstInvalid < 0) firstInvalid = at
  }

  return {
    push(window, last = false) {
      const { length } = window
      for (let i = 0; i < length; ) {
        const byte = window[i]
        if (wanted > 0) {
          if (byte >= low && byte <= high) {
            i++
            wanted--
            low = 0x80
            high = 0xbf
          } else {
            // The byte is not part of it and is read anew.
            wanted = 0
            bad(start)
          }
          continue
        }
        if (byte < 0x80) {
          i++
          // Most text is ASCII: four bytes a step.
          while (i + 3 < length && (window[i] | window[i + 1] | window[i + 2] | window[i + 3]) < 0x80) i += 4
          continue
        }
        start = offset + i++
        low = 0x80
        high = 0xbf
        if (byte >= 0xc2 && byte <= 0xdf) wanted = 1
        else if (byte >= 0xe0 && byte <= 0xef) {
          wanted = 2
          if (byte === 0xe0) low = 0xa0
          else if (byte === 0xed) high = 0x9f
        } else if (byte >= 0xf0 && byte <= 0xf4) {
          wanted = 3
          if (byte === 0xf0) low = 0x90
          else if (byte === 0xf4) high = 0x8f
        } else bad(start)
      }
      offset += length
      if (last && wanted > 0) {
        wanted = 0
        bad(start)
      }
    },
    get invalid() {
      return invalid
    },
    get firstInvalid() {
      return firstInvalid
    },
  }
}
