import { HEX_VALUE } from '../core/utf8.ts'
import { ESCAPE_LEAD, Escapes, isPlainSign, NOTHING } from './escapes.ts'
import { plainCharacter } from './fold.ts'
import { figuresEnd, isPlain, type Look } from './glance.ts'
import { isTag } from './tag.ts'
import { BREAK, CLASS, LETTER, RUN_LETTERS } from './watch.ts'

const LESS_THAN = 0x3c
const AT_SIGN = 0x40
const SPACE = 0x20

/** Looks beside one in so many bytes: with more there is nothing to gain, and the rest of the text is a span. */
const LOOKS = 64
const LOOK_BYTES = 128
/** Bytes judged at once that cost as much as a look. */
const JUDGED_BYTES = 32
/** Spans nearer than this are one. */
const NEAR = 8
/** Letters of an open run that are seen again with what follows. */
const MOST_OPEN = 1024
/** Letters at the begin of a part that are judged. */
const MOST_BEGUN = 64
/** Blanks of an indent in a run, and one more. */
const MAX_INDENT = 14
/** Bytes behind a place that may change what is said of it, and before and behind the numbers of a row that may be of more. */
const SIGHT = 64

const escapes = new Escapes()

/**
 * Where a watch over `text[from…]` may stop: pushes start, end, … of the escapes and runs, index by index `shift` behind the offset told. Answers up to where that is
 * certain: where `ended` is false, more of the text is to come. `from` is where the last answer was.
 *
 * Contract: may tell of what a watch does not stop at. Every stop lies in a span that begins no later than its run or escape does. The same
 * of a watch over a part of the text alone that stands apart (`standsApart`). `tags`: tags are spans too.
 */
export function hidingSpans(
  text: Uint8Array,
  look: Look,
  from: number,
  ended: boolean,
  shift: number,
  spans: number[],
  tags = false,
): number {
  const { length } = text
  const judged = ended ? length : Math.max(0, length - SIGHT)
  // a row of numbers is found by those in its middle
  const certain = ended ? length : Math.max(from, judged - SIGHT)
  let left = LOOKS + Math.floor((certain - from) / LOOK_BYTES)
  place.escapeEnd = 0
  for (let at = look(text, 0, true, tags); at < judged; ) {
    const hides = judge(text, at, ended, tags)
    if (place.end === length && !ended && length - place.start < MOST_OPEN && (CLASS[text[at]] & (LETTER | BREAK)) !== 0)
      return Math.max(from, Math.min(place.start, certain))
    if (hides && place.end > from) push(spans, shift + place.start, shift + place.end)
    at = place.next
    // text of another script
    if (at < length && text[at] >= 0x80) continue
    left -= 1 + (place.end - place.start) / JUDGED_BYTES
    if (left < 0) {
      push(spans, shift + place.start, Number.POSITIVE_INFINITY)
      break
    }
    at = look(text, at, true, tags)
  }
  return certain
}

/** What was judged last, where to look on, and where the last escape ended, behind which a run begins anew. */
const place = { start: 0, end: 0, next: 0, escapeEnd: 0 }

/** May what a look stopped at stand for other text? */
function judge(text: Uint8Array, at: number, ended: boolean, tags: boolean): boolean {
  const byte = text[at]
  if (byte >= 0x80) {
    const plain = plainCharacter(text, at, text.length)
    return plain === 0 ? readEscape(text, at, ended) : isAt(at, at + plain, false)
  }
  if ((CLASS[byte] & LETTER) !== 0) return judgeLetters(text, at)
  if ((CLASS[byte] & BREAK) !== 0) return judgeLines(text, at)
  // tags are no concern of a watch
  if (byte === LESS_THAN) return isAt(at, at + 1, tags && isTag(text, at, text.length) !== 0)
  if (isPlainSign(text, at, text.length)) return isAt(at, at + 1, false)
  readEscape(text, at, ended)
  // at the end of a part it may be read otherwise
  return ESCAPE_LEAD[byte] === 1
}

function isAt(start: number, end: number, hides: boolean, next = end): boolean {
  place.start = start
  place.end = end
  place.next = next
  return hides
}

function readEscape(text: Uint8Array, at: number, ended: boolean): boolean {
  const hides = escapes.read(text, at, text.length, ended) !== NOTHING
  const behind = at + escapes.length
  if (!hides) return isAt(at, behind, false)
  place.escapeEnd = behind
  // a look may have judged a run with letters of the escape before it
  const to = lettersEnd(text, behind)
  return isAt(at, to - behind >= RUN_LETTERS && !isPlain(text, behind, to) ? to : behind, true, behind)
}

/** A run of letters, or a row of numbers. */
function judgeLetters(text: Uint8Array, at: number): boolean {
  const end = lettersEnd(text, at)
  if (end - at >= RUN_LETTERS) return isAt(at, end, !isPlain(text, at, end))
  if (HEX_VALUE[text[at]] === 255) return isAt(at, at + 1, false)
  const from = Math.max(0, at - SIGHT)
  const figures = figuresEnd(text, at)
  const to = Math.min(text.length, figures + SIGHT)
  // a run before them may be one that somebody reads, who then begins anew
  const isQuiet = isPlain(text, from, to) && isPlain(text, at, to)
  // the numbers behind it may be the first of a row again
  return isQuiet ? isAt(at, figures, false) : isAt(from, Math.min(text.length, at + SIGHT), true, at + 1)
}

function lettersEnd(text: Uint8Array, from: number): number {
  let to = from
  while (to < text.length && (CLASS[text[to]] & LETTER) !== 0) to++
  return to
}

/** A line break, with the letters on both sides of it. */
function judgeLines(text: Uint8Array, at: number): boolean {
  const least = Math.max(place.escapeEnd, at - MOST_OPEN)
  let from = at
  while (from > least && goesOn(text, from - 1)) from--
  const most = Math.min(text.length, at + MOST_OPEN)
  let to = at + 1
  while (to < most && goesOn(text, to)) to++
  const isOpen = to - at >= MOST_OPEN || at - from >= MOST_OPEN
  // the last line may begin with pairs that go on behind it
  let next = to
  while (next > at + 1 && (CLASS[text[next - 1]] & LETTER) !== 0) next--
  return isAt(from, to, isOpen || !isPlain(text, from, to), next)
}

/** May a run of letters go on with the byte at `at`: a letter, a line break, a blank of an indent? */
function goesOn(text: Uint8Array, at: number): boolean {
  if ((CLASS[text[at]] & (LETTER | BREAK)) !== 0) return true
  if (text[at] !== SPACE) return false
  const least = Math.max(0, at - MAX_INDENT)
  let before = at - 1
  while (before > least && text[before] === SPACE) before--
  return before >= 0 && (CLASS[text[before]] & BREAK) !== 0
}

/** Adds a span, with those of the last that are near. */
function push(spans: number[], start: number, end: number): void {
  while (spans.length > 0 && start <= spans[spans.length - 1] + NEAR) {
    end = Math.max(end, spans.pop()!)
    start = Math.min(start, spans.pop()!)
  }
  spans.push(start, end)
}

/** Does `text[from…to)` stand apart from what is beside it, so that no run or word of the one goes on in the other? May be wrong in saying no. */
export function standsApart(text: Uint8Array, from: number, to: number): boolean {
  if (to < text.length && (ESCAPE_LEAD[text[to]] === 1 || isOfWord(text[to]))) return false
  let before = from - 1
  while (before >= 0 && (text[before] === SPACE || (CLASS[text[before]] & BREAK) !== 0)) before--
  if (before < 0) return true
  const byte = text[before]
  if (ESCAPE_LEAD[byte] === 1) return false
  if (!isOfWord(byte)) return true
  // what goes on is no run by itself, and no pair of digits
  return byte !== AT_SIGN && HEX_VALUE[byte] === 255 && beginsPlain(text, from, to)
}

/** Is the run of letters, over line breaks, with which `text[from…to)` begins none that a watch stops in? */
function beginsPlain(text: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, from + MOST_BEGUN)
  let at = from
  while (at < end && goesOn(text, at)) at++
  return at - from < RUN_LETTERS ? at < to : at < end && isPlain(text, from, at)
}

function isOfWord(byte: number): boolean {
  return (CLASS[byte] & LETTER) !== 0 || byte === AT_SIGN
}
