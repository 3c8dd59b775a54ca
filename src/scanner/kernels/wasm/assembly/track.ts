import {
  BAD_BUFFER,
  DONE,
  LEAST_CODES,
  LEAST_LIST_TEXT,
  LEVEL_ARRAY,
  LEVEL_NAMED,
  LEVEL_OBJECT,
  LIST_SPAN,
  LIST_TEXT,
  PLACE_AFTER_ELEMENT,
  PLACE_AFTER_MEMBER,
  PLACE_COLON,
  PLACE_ELEMENT_OR_END,
  PLACE_NAME,
  PLACE_NAME_OR_END,
  PLACE_TOP,
  PLACE_VALUE,
  T_AT,
  T_DEPTH,
  T_END,
  T_FROM,
  T_INDEXES,
  T_KINDS,
  T_LOW,
  T_MOST_DEPTH,
  T_NAME_FROM,
  T_NAME_TO,
  T_OUT,
  T_PLACE,
  T_SEQUENCE,
  T_TEXT,
  TRACK_BEHIND,
  TRACK_DEPTH,
} from './layout'

const QUOTE = 0x22
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const RECORD_SEPARATOR = 0x1e

/**
 * Follows JSON in which nothing has to be told: where it stands, and the index or name of each open container, as the JSON reader would. It stops before the first
 * token that does not end before T_END, and before whatever deserves a look: what is no JSON, an escape, a number of other digits than it shows, a string that
 * begins like a document; and behind the bracket of a list whose values may be joined, or before the first of numbered names.
 */
export function track(buffer: usize, length: u32): u32 {
  if (!ASC_FEATURE_SIMD) return BAD_BUFFER
  const end = load<u32>(buffer, T_END)
  const from = load<u32>(buffer, T_FROM)
  let depth = load<u32>(buffer, T_DEPTH)
  if (<u64>T_TEXT + <u64>end + TRACK_BEHIND > <u64>length || from == 0 || from > end || depth > <u32>TRACK_DEPTH) return BAD_BUFFER
  const text = buffer + T_TEXT
  const kinds = buffer + T_KINDS
  const indexes = buffer + T_INDEXES
  const nameFrom = buffer + T_NAME_FROM
  const nameTo = buffer + T_NAME_TO
  const most = min(load<u32>(buffer, T_MOST_DEPTH), <u32>TRACK_DEPTH)
  const sequence = load<u32>(buffer, T_SEQUENCE) != 0
  let place = load<u32>(buffer, T_PLACE)
  let at = from
  let low = depth
  let out: u32 = 0
  // The list at hand: where it begins, behind its bracket or with its first name (0: there is none, or it is known to be no value in pieces), its values that are not empty, their bytes,
  // strings, longest number.
  let list: u32 = place == PLACE_ELEMENT_OR_END ? at : 0
  // Of numbered names: the place before the first, the name told before it, what comes before their number.
  let listPlace: u32 = PLACE_ELEMENT_OR_END
  let nameBefore: i32 = -1
  let nameBeforeTo: u32 = 0
  let stem: u32 = 0
  let stemTo: u32 = 0
  let values: u32 = 0
  let joined: u32 = 0
  let strings: u32 = 0
  let longest: u32 = 0
  let codes = true

  for (;;) {
    let byte: u32 = 0
    while (at < end) {
      byte = load<u8>(text + at)
      if (byte > 0x20 || (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09)) break
      at++
    }
    if (at == end) {
      out = 1
      break
    }
    if (byte == COMMA) {
      if (place == PLACE_AFTER_MEMBER) place = PLACE_NAME
      else if (place == PLACE_AFTER_ELEMENT) {
        store<u32>(indexes + (depth << 2), load<u32>(indexes + (depth << 2)) + 1)
        place = PLACE_VALUE
      } else break
      at++
      continue
    }
    if (byte == COLON) {
      if (place != PLACE_COLON) break
      place = PLACE_VALUE
      at++
      continue
    }
    if (byte == QUOTE) {
      const isName = place == PLACE_NAME || place == PLACE_NAME_OR_END
      if (!isName && place != PLACE_VALUE && place != PLACE_ELEMENT_OR_END) break
      if (list != 0 && at - list > <u32>LIST_SPAN) {
        if (mayJoin(values, joined, strings, longest, codes)) break
        list = 0
      }
      let to = at + 1
      for (; to < end; to += 16) {
        const block = v128.load(text + to)
        const stops = i8x16.bitmask(
          v128.or(
            v128.or(i8x16.eq(block, i8x16.splat(<i8>QUOTE)), i8x16.eq(block, i8x16.splat(0x5c))),
            i8x16.lt_u(block, i8x16.splat(0x20)),
          ),
        )
        if (stops == 0) continue
        to += <u32>ctz(stops)
        break
      }
      if (to + 1 > end) {
        out = 1
        break
      }
      if (load<u8>(text + to) != QUOTE) break
      let first = at + 1
      while (load<u8>(text + first) == 0x20) first++
      const begins = <u32>load<u8>(text + first)
      if (begins == OPEN_OBJECT || begins == OPEN_ARRAY || begins == 0x3c) break
      if (isName) {
        // the byte before is a quote where the name is empty
        const numberAt: u32 = <u32>load<u8>(text + to - 1) - ZERO < 10 ? numberOf(text, at + 1, to) : 0
        if (numberAt == 0 || list == 0 || !isSame(text, stem, stemTo, at + 1, numberAt)) {
          if (list != 0 && mayJoin(values, joined, strings, longest, codes)) break
          list = 0
          if (numberAt != 0) {
            list = at
            listPlace = place
            nameBefore = load<i32>(nameFrom + (depth << 2))
            nameBeforeTo = load<u32>(nameTo + (depth << 2))
            stem = at + 1
            stemTo = numberAt
            values = joined = strings = longest = 0
            codes = true
          }
        }
        store<u8>(kinds + depth, LEVEL_NAMED)
        store<u32>(nameFrom + (depth << 2), at + 1)
        store<u32>(nameTo + (depth << 2), to)
        place = PLACE_COLON
      } else {
        if (list != 0 && to > at + 1) {
          values++
          strings++
          joined += to - at - 1
          if (joined > <u32>LIST_TEXT) list = 0
        }
        place = load<u8>(kinds + depth) == LEVEL_ARRAY ? PLACE_AFTER_ELEMENT : PLACE_AFTER_MEMBER
      }
      at = to + 1
      continue
    }
    if (byte == OPEN_OBJECT || byte == OPEN_ARRAY) {
      if (place != PLACE_VALUE && place != PLACE_ELEMENT_OR_END && !(place == PLACE_TOP && sequence)) break
      if (list != 0 && mayJoin(values, joined, strings, longest, codes)) break
      if (depth >= most) break
      depth++
      at++
      store<u8>(kinds + depth, byte == OPEN_OBJECT ? LEVEL_OBJECT : LEVEL_ARRAY)
      store<u32>(indexes + (depth << 2), 0)
      store<i32>(nameFrom + (depth << 2), -1)
      list = byte == OPEN_OBJECT ? 0 : at
      listPlace = PLACE_ELEMENT_OR_END
      values = joined = strings = longest = 0
      codes = true
      place = byte == OPEN_OBJECT ? PLACE_NAME_OR_END : PLACE_ELEMENT_OR_END
      continue
    }
    if (byte == CLOSE_OBJECT || byte == CLOSE_ARRAY) {
      if (byte == CLOSE_OBJECT ? place != PLACE_NAME_OR_END && place != PLACE_AFTER_MEMBER : place != PLACE_ELEMENT_OR_END && place != PLACE_AFTER_ELEMENT)
        break
      if (list != 0 && mayJoin(values, joined, strings, longest, codes)) break
      list = 0
      depth--
      at++
      if (depth < low) low = depth
      if (depth == 0) {
        place = PLACE_TOP
        if (!sequence) break
      } else place = load<u8>(kinds + depth) == LEVEL_ARRAY ? PLACE_AFTER_ELEMENT : PLACE_AFTER_MEMBER
      continue
    }
    if (place == PLACE_TOP && byte == RECORD_SEPARATOR && sequence) {
      at++
      continue
    }
    if (place != PLACE_VALUE && place != PLACE_ELEMENT_OR_END) break
    let to = at
    if (byte == MINUS || byte - ZERO < 10) {
      if (list != 0 && at - list > <u32>LIST_SPAN) {
        if (mayJoin(values, joined, strings, longest, codes)) break
        list = 0
      }
      if (byte == MINUS) to++
      const digits = to
      while (to < end && <u32>load<u8>(text + to) - ZERO < 10) to++
      if (to == digits || (load<u8>(text + digits) == ZERO && to > digits + 1)) {
        out = to == end ? 1 : 0
        break
      }
      let whole = true
      if (to < end && load<u8>(text + to) == POINT) {
        whole = false
        const point = to++
        while (to < end && <u32>load<u8>(text + to) - ZERO < 10) to++
        // a fraction of zeros is a whole number
        if (to < end && (to == point + 1 || load<u8>(text + to - 1) == ZERO)) break
      }
      if (to >= end) {
        out = 1
        break
      }
      if (!endsToken(load<u8>(text + to))) break
      if (list != 0) {
        if (!whole || byte == MINUS) list = 0
        else {
          values++
          joined += to - at
          if (to - at > longest) longest = to - at
          if (codes) codes = isCode(text + at, text + to)
          if (joined > <u32>LIST_TEXT) list = 0
        }
      }
    } else {
      const count: u32 = byte == 0x66 ? 5 : 4
      if (at + count >= end) {
        out = 1
        break
      }
      const word = load<u32>(text + at)
      // true, null, fals
      if (word != 0x65757274 && word != 0x6c6c756e && (word != 0x736c6166 || load<u8>(text + at, 4) != 0x65)) break
      to = at + count
      if (!endsToken(load<u8>(text + to))) break
    }
    at = to
    place = load<u8>(kinds + depth) == LEVEL_ARRAY ? PLACE_AFTER_ELEMENT : PLACE_AFTER_MEMBER
  }
  // A list is told from its first value on, or not at all.
  if (list != 0 && at != list) {
    at = list
    place = listPlace
    if (place == PLACE_ELEMENT_OR_END) store<u32>(indexes + (depth << 2), 0)
    else {
      store<i32>(nameFrom + (depth << 2), nameBefore)
      store<u32>(nameTo + (depth << 2), nameBeforeTo)
    }
  }
  store<u32>(buffer, at, T_AT)
  store<u32>(buffer, out, T_OUT)
  store<u32>(buffer, place, T_PLACE)
  store<u32>(buffer, depth, T_DEPTH)
  store<u32>(buffer, low, T_LOW)
  return DONE
}

/** Where the number begins with which the name `from`…`to` ends, as `stemEnd` of formats/json/names.ts. */
function numberOf(text: usize, from: u32, to: u32): u32 {
  let at = to
  while (at > from && <u32>load<u8>(text + at - 1) - ZERO < 10) at--
  return at
}

function isSame(text: usize, from: u32, to: u32, other: u32, otherTo: u32): bool {
  if (to - from != otherTo - other) return false
  while (from < to && load<u8>(text + from) == load<u8>(text + other)) {
    from++
    other++
  }
  return from == to
}

/** May the values of a list be one in pieces? As `ListShape.mayJoin`. */
// @ts-ignore: decorator
@inline function mayJoin(values: u32, joined: u32, strings: u32, longest: u32, codes: bool): bool {
  return values > 1 && joined >= <u32>LEAST_LIST_TEXT && (strings > 0 || longest == 1 || (codes && values >= <u32>LEAST_CODES))
}

/** As `codeOf` of formats/value-list.ts: is the number `from`…`to` of digits a byte of text? */
// @ts-ignore: decorator
@inline function isCode(from: u32, to: u32): bool {
  if (to - from > 3) return false
  let code: u32 = 0
  for (; from < to; from++) code = 10 * code + load<u8>(from) - ZERO
  return code == 9 || code == 10 || code == 13 || (code >= 0x20 && code <= 0xff)
}

/** The bytes that end a number or literal. */
function endsToken(byte: u32): bool {
  return (
    byte == COMMA || byte == CLOSE_OBJECT || byte == CLOSE_ARRAY || byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 ||
    byte == RECORD_SEPARATOR || byte == OPEN_OBJECT || byte == OPEN_ARRAY || byte == COLON || byte == QUOTE
  )
}
