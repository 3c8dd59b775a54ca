import { FOLDED, kindsApart, RAW, type Sample } from './native-sample.ts'
import { fewParts, isRequired, rareApart, type Shape, surroundings, wordsOf } from './native-shapes.ts'
import { runSource } from './native-source.ts'
import { WINDOW } from './places.ts'
import type { RuleTables } from './tables.ts'

/**
 * What must stand in a text before a search is let loose on it: a literal, which an engine looks for in a fifth of a nanosecond a byte, or a run of the bytes that tokens are made of.
 */
export interface NativeGate {
  /** A literal; for a run an expression that, matched where it stands (`y`), ends where a run of `length` bytes begins, or where less than that is left. */
  readonly source: string
  readonly isRun: boolean
  readonly length: number
  /** The text is looked at in lower case. */
  readonly folded: boolean
}

/** Bytes that tokens are made of: letters, digits, what base64 has besides. Words, dates and most names are shorter runs of them. */
const TOKEN = Uint8Array.from({ length: 256 }, (_, b) => (/[+\-/0-9A-Z_a-z]/.test(String.fromCharCode(b)) ? 1 : 0))
const TOKEN_BYTES = 14
export const TOKEN_GATE: NativeGate = { source: runSource(TOKEN, TOKEN_BYTES), isRun: true, length: TOKEN_BYTES, folded: false }

/** Nanoseconds a byte: a literal that is not there; a search behind one that is, and what each window adds to that. */
const LITERAL = 0.25
const OPEN = 0.6
const WINDOW_OPEN = 0.1
/** Bytes of a stretch of text for which a gate is asked. */
const STRETCH = 32 << 10
/** Letters stand in the order of words: so much likelier than by their shares. */
const ORDER = 3
const LONGEST = 8
/** Two bytes that are likelier to be there keep nobody from searching. */
const LIKELY = 0.5
/** Single bytes that many texts have nowhere. */
const RARE = '@=+/_()'

/** Are these bytes that tokens are made of? */
export function isOfTokens(set: Uint8Array): boolean {
  return set.every((x, b) => x === 0 || TOKEN[b] === 1)
}

/** Does every match of the window have a run that opens the gate of tokens? */
export function hasToken(tables: RuleTables, shape: Shape): boolean {
  let length = 0
  return surroundings(tables, shape).some((set) => {
    length = isOfTokens(set) ? length + 1 : 0
    return length >= TOKEN_BYTES
  })
}

/** Windows behind the same gates. */
export interface Gated {
  readonly gates: readonly NativeGate[]
  readonly shapes: Shape[]
}

interface Literal {
  readonly gate: NativeGate
  /** How likely a stretch of text has it. */
  readonly likely: number
}

/** Sorts windows by literals that all their matches have, few of them; undefined where a window has none that is worth it. */
export function byLiteral(tables: RuleTables, shapes: readonly Shape[]): { gated: Gated[]; rest: Shape[] } {
  const known = new Map<string, Literal>()
  const found = new Map<Shape, Literal[]>()
  const literals = (shape: Shape) => {
    let some = found.get(shape)
    if (some === undefined)
      found.set(
        shape,
        (some = literalsOf(tables, shape, known).filter(
          ({ gate, likely }) => likely < LIKELY || gate.length !== 2 || !/\w/.test(gate.source),
        )),
      )
    return some
  }
  shapes = shapes
    .flatMap((shape) => (literals(shape).length > 0 ? shape : rareApart(tables, shape)))
    .flatMap((shape) => {
      if (literals(shape).length > 0) return shape
      const words = wordsOf(tables, shape)?.flatMap(withPunctuationApart)
      if (words === undefined || words.every((word) => literals(word).length === 0)) return shape
      return [
        ...words.filter((word) => literals(word).length > 0),
        ...fewParts(words.filter((word) => literals(word).length === 0)),
      ]
    })
  const choices = shapes.map(literals)
  const chosen = choices.map((choice) => choice.reduce((a, b) => (b.likely < a.likely ? b : a), choice[0]))
  const cost = (likely: number, windows: number) => (windows === 0 ? 0 : LITERAL + likely * (OPEN + WINDOW_OPEN * windows))
  const users = new Map<Literal, number>()
  for (const one of chosen) if (one !== undefined) users.set(one, (users.get(one) ?? 0) + 1)
  for (;;) {
    let best: { literal: Literal; gain: number } | undefined
    for (const literal of new Set(choices.flat())) {
      const now = users.get(literal) ?? 0
      let more = 0
      const less = new Map<Literal, number>()
      choices.forEach((choice, i) => {
        if (chosen[i] === literal || !choice.includes(literal)) return
        more++
        less.set(chosen[i], (less.get(chosen[i]) ?? 0) + 1)
      })
      let gain = cost(literal.likely, now) - cost(literal.likely, now + more)
      for (const [other, count] of less) {
        const used = users.get(other)!
        gain += cost(other.likely, used) - cost(other.likely, used - count)
      }
      if (gain > (best?.gain ?? 1e-6)) best = { literal, gain }
    }
    if (best === undefined) break
    choices.forEach((choice, i) => {
      if (!choice.includes(best.literal)) return
      users.set(chosen[i], users.get(chosen[i])! - 1)
      chosen[i] = best.literal
      users.set(best.literal, (users.get(best.literal) ?? 0) + 1)
    })
  }
  const gated = [...users.keys()].flatMap(({ gate }) =>
    byRareByte(
      tables,
      gate,
      shapes.filter((_, i) => chosen[i]?.gate === gate),
    ),
  )
  return { gated, rest: shapes.filter((_, i) => chosen[i] === undefined) }
}

/** A window in two where a place holds punctuation among letters or digits: one of them may be a literal with what stands beside it. */
function withPunctuationApart(shape: Shape): Shape[] {
  const at = shape.places.findIndex((set) => {
    const parts = kindsApart(set)
    return parts.length > 1 && parts.some((part) => single(part) >= 0 && !/\w/.test(String.fromCharCode(single(part))))
  })
  if (at < 0 || at >= WINDOW) return [shape]
  return kindsApart(shape.places[at])
    .reduce<Uint8Array[]>((parts, part) => {
      // Letters and digits stay together.
      if (single(part) >= 0 || parts.length === 0 || single(parts[0]) >= 0) return [part, ...parts]
      return [parts[0].map((x, b) => x | part[b]), ...parts.slice(1)]
    }, [])
    .map((set) => ({ ...shape, places: shape.places.map((own, i) => (i === at ? set : own)) }))
}

/** The windows of a literal by the first of the rare bytes that all their matches have besides. */
function byRareByte(tables: RuleTables, gate: NativeGate, shapes: readonly Shape[]): Gated[] {
  const of = new Map<string, Shape[]>()
  for (const shape of shapes) {
    const rare = [...RARE].find((c) => gate.source !== c && isRequired(tables, shape, c.charCodeAt(0))) ?? ''
    of.set(rare, [...(of.get(rare) ?? []), shape])
  }
  return [...of].map(([rare, some]) => ({ gates: rare === '' ? [gate] : [literalGate(rare, false), gate], shapes: some }))
}

/** Literals that stand in every match of a window. */
function literalsOf(tables: RuleTables, shape: Shape, known = new Map<string, Literal>()): Literal[] {
  const sets = surroundings(tables, shape)
  const found = new Set<Literal>()
  for (const sample of [RAW, FOLDED]) {
    let text = ''
    for (const set of [...sets, undefined]) {
      const byte = set === undefined ? -1 : single(sample.fold(set))
      if (byte >= 0) {
        text += String.fromCharCode(byte)
        continue
      }
      for (let at = 0; at < text.length; at++)
        for (let end = at + 1; end <= Math.min(text.length, at + LONGEST); end++) {
          const literal = text.slice(at, end)
          // In lower case it is found as well, with others.
          if (sample === RAW && literal === literal.toLowerCase() && literal.charCodeAt(0) < 0x80) continue
          if (literal.length === 1 && !RARE.includes(literal)) continue
          const key = `${sample.folded}${literal}`
          let one = known.get(key)
          if (one === undefined)
            known.set(key, (one = { gate: literalGate(literal, sample.folded), likely: likelihood(literal, sample) }))
          found.add(one)
        }
      text = ''
    }
  }
  return [...found]
}

function literalGate(source: string, folded: boolean): NativeGate {
  return { source, isRun: false, length: source.length, folded }
}

/** The only byte of a set, where all decoders make one character of it; else -1. */
function single(set: Uint8Array): number {
  const byte = set.indexOf(1)
  return byte >= 0 && (byte < 0x80 || byte >= 0xa0) && set.indexOf(1, byte + 1) < 0 ? byte : -1
}

function likelihood(literal: string, sample: Sample): number {
  const { count, product } = sample.rate(
    [...literal].map((c) => Uint8Array.from({ length: 256 }, (_, b) => (b === c.charCodeAt(0) ? 1 : 0))),
  )
  return count > 0 ? 1 : 1 - Math.exp(-STRETCH * product * ORDER)
}
