import { AMPERSAND, CLASS, GREATER, hashOf, LESS, LETTER, LOWER, SLASH, SPACE } from './bytes.ts'
import * as element from './html-elements.ts'
import { elementOf } from './html-elements.ts'

/** Bytes of a fragment that is read here. */
export const MAX_FRAGMENT = 4096
/** Elements open at once. */
const MAX_OPEN = 16
/** Bytes of a name. */
const MAX_NAME = 16
/** What is in them is read otherwise, or they decide how far an end tag is looked for. */
const NOT_PLAIN =
  element.RCDATA_MODEL |
  element.RAWTEXT_MODEL |
  element.SCRIPT_MODEL |
  element.PLAINTEXT_MODEL |
  element.FOREIGN |
  element.INTEGRATION

const open: element.KnownElement[] = new Array(MAX_OPEN).fill(element.UNKNOWN)
const name = new Uint8Array(MAX_NAME)

/**
 * The text of a fragment of a page as the flow of its reader gives it, where that is plain: its tags are those of known elements that hold text, and have no attributes; there are no references,
 * comments and returns, and no text between two tags begins as a document of JSON. Writes the text into `out`, as long as the fragment, and answers its length; 0 where no tag divides it; -1 where
 * the fragment is not plain, or is longer than MAX_FRAGMENT.
 */
export function plainFragment(fragment: Uint8Array, out: Uint8Array): number {
  const { length } = fragment
  if (length > MAX_FRAGMENT) return -1
  let depth = 0
  let count = 0
  /** A tag came since the last text; a block began or ended there. */
  let gap = false
  let separates = false
  let isDivided = false
  let textBegins = true
  for (let i = 0; i < length; ) {
    const byte = fragment[i]
    if (byte !== LESS) {
      if (byte === AMPERSAND || byte === RETURN) return -1
      const isSpace = CLASS[byte] === SPACE
      if (textBegins && !isSpace) {
        if (byte === BRACE || byte === BRACKET || (byte === QUOTE && count === 0 && !gap)) return -1
        textBegins = false
      }
      i++
      // White space at the begin of the text and of a line is no part of it.
      if (isSpace && (count === 0 || (gap && separates))) continue
      if (gap && count > 0) {
        isDivided = true
        if (separates) out[count++] = LINE_FEED
      }
      gap = separates = false
      out[count++] = byte
      continue
    }
    i++
    const isEnd = fragment[i] === SLASH
    if (isEnd) i++
    let nameLength = 0
    while (
      i < length &&
      nameLength < MAX_NAME &&
      CLASS[fragment[i]] !== SPACE &&
      fragment[i] !== GREATER &&
      fragment[i] !== SLASH
    )
      name[nameLength++] = LOWER[fragment[i++]]
    while (i < length && CLASS[fragment[i]] === SPACE) i++
    if (i < length && fragment[i] === SLASH) i++
    if (i === length || fragment[i] !== GREATER || (CLASS[name[0]] & LETTER) === 0) return -1
    i++
    const known = elementOf(name, nameLength, hashOf(name, 0, nameLength))
    const { flags, ends } = known
    const isBlock = (flags & element.BLOCK) !== 0
    if (known === element.UNKNOWN || (flags & NOT_PLAIN) !== 0) return -1
    let counts = true
    if (isEnd) {
      const level = open.lastIndexOf(known, depth - 1)
      // On both sides of an end tag of nothing stands one text.
      if (depth === 0 || level < 0) counts = (flags & element.LONE_END) !== 0
      else depth = level
    } else {
      if ((flags & element.ENDS_P) !== 0) depth = ended(element.P, depth)
      if (ends.length > 0) depth = ended(ends, depth)
      if (depth === MAX_OPEN) return -1
      if ((flags & element.VOID) === 0) open[depth++] = known
    }
    gap = true
    if (isBlock && counts) separates = true
    textBegins = true
  }
  return isDivided ? count : 0
}

/** How many elements stay open when those of these names are ended that no boundary is within. */
function ended(ends: readonly element.KnownElement[], depth: number): number {
  let stays = depth
  for (let level = depth - 1; level >= 0; level--) {
    if (ends.includes(open[level])) stays = level
    else if ((open[level].flags & element.BOUNDARY) !== 0) break
  }
  return stays
}

const LINE_FEED = 0x0a
const RETURN = 0x0d
const QUOTE = 0x22
const BRACE = 0x7b
const BRACKET = 0x5b
