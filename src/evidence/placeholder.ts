import { insideMark, MASK_MIN, STAR } from '../core/marks.ts'
import { distinctBytes, isAlnum, isDigit, isLetter, latin1, matchesFold } from './bytes.ts'

/** Words that stand where a password would: types, literals, templates' names. Compared in lower case without separators. */
const WORDS = new Set(
  (
    'null none nil undefined true false empty blank string str text char varchar number int integer boolean bool object any void required optional default unset example sample dummy ' +
    'password passwd passwort pass pwd passphrase passcode secret yourpassword mypassword yourpasswordhere passwordhere thepassword newpassword oldpassword currentpassword userpassword ' +
    'changeme changeit replaceme replacewithpassword todo tbd hidden masked redacted removed filtered sanitized encrypted omitted value invalid incorrect wrong missing username user admin input field label type hash ' +
    'somefakekey fakepassword'
  ).split(' '),
)

/**
 * Is this where a secret goes, and not one: nothing, a word of the list, a template (`${PW}`, `{{ pw }}`, `<password>`, `%PW%`), a filler (`xxxx`, `****`,
 * `....`), a call or look-up (`getpass()`, `process.env.PW`), one of our marks, or something with a mask in it.
 */
export function isPlaceholder(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start
  if (length === 0 || insideMark(bytes, end, start, end)) return true
  if (distinctBytes(bytes, start, end) <= 1 || holdsMask(bytes, start, end)) return true
  const first = bytes[start]
  const second = bytes[start + 1]
  const last = bytes[end - 1]
  if (first === 0x24 && (second === 0x7b || second === 0x28 || second === 0x7b)) return true // ${ $(
  if (first === 0x23 && second === 0x7b) return true // #{
  if (first === 0x7b && last === 0x7d) return true // {…}
  if (first === 0x3c && last === 0x3e) return true // <…>
  if (first === 0x25 && last === 0x25 && length > 2) return true // %…%
  if (first === 0x5b && last === 0x5d) return true // […]
  if (first === 0x25 && length === 2) return true // %s
  // […] as URLs write it
  if (matchesFold(bytes, start, end, '%5b') && matchesFold(bytes, end - 3, end, '%5d')) return true
  let alnum = 0
  for (let i = start; i < end; i++) {
    // U+0080 to U+00BF: signs, no letters
    if (bytes[i] === 0xc2) i++
    else if (isAlnum(bytes[i]) || bytes[i] >= 0x80) alnum++
  }
  if (alnum === 0) return true
  // $NAME, @name, :name, &name
  if (first === 0x24 && isName(bytes, start + 1, end, true)) return true
  if (length > 48) return false
  const text = latin1(bytes, start, end).toLowerCase()
  return WORDS.has(text.replace(/[^a-z]/g, '')) && !/[0-9]/.test(text)
}

/** A mask's run of stars: what another rule edited did not make this a secret before, so it does not now. */
export function holdsMask(bytes: Uint8Array, start: number, end: number): boolean {
  let stars = 0
  for (let i = start; i < end; i++) {
    stars = bytes[i] === STAR ? stars + 1 : 0
    if (stars >= MASK_MIN) return true
  }
  return false
}

/** An identifier, perhaps with dots. `upper`: of capitals, digits and underscores only. */
export function isName(bytes: Uint8Array, start: number, end: number, upper: boolean): boolean {
  if (start >= end || isDigit(bytes[start])) return false
  for (let i = start; i < end; i++) {
    const byte = bytes[i]
    if (byte === 0x5f || isDigit(byte)) continue
    if (!isLetter(byte) || (upper && byte >= 0x61)) return false
  }
  return true
}
