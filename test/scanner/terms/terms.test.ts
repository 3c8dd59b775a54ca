import { describe, expect, it } from 'vitest'
import { compileRules } from '../../../src/scanner/compile/compile.ts'
import type { ScanSession } from '../../../src/scanner/kernel.ts'
import { ACCEPT, buildAutomaton, LAST, STATE_SHIFT } from '../../../src/scanner/terms/automaton.ts'
import { compileTerms, MAX_STARTS, MAX_TERM_BYTES, type TermSource } from '../../../src/scanner/terms/compile-terms.ts'
import { termsToRegexSource } from '../../../src/scanner/terms/export.ts'
import { TermSession } from '../../../src/scanner/terms/session.ts'
import { SessionWithTerms } from '../../../src/scanner/terms/with-terms.ts'
import { Random } from '../../support/random.ts'
import { createKernel } from '../kernels.ts'
import { referenceMatches } from '../reference.ts'
import { manyTerms } from './many-terms.ts'

const UTF8 = new TextEncoder()

/** All matches over the pieces, as the suite of the kernels takes them: in order, with the promises of `settled` kept. */
function scan(session: ScanSession, pieces: readonly Uint8Array[]): string[] {
  session.reset()
  const found: string[] = []
  let settled = 0
  let fed = 0
  pieces.forEach((piece, i) => {
    const scratch = piece.slice()
    const result = session.feed(scratch, i === pieces.length - 1)
    fed += piece.length
    for (const { rule, start, end } of result.candidates) {
      if (start < settled || end > fed) throw new Error(`a match ${start}-${end} came after ${settled} was settled, of ${fed}`)
      found.push(`${rule}:${start}-${end}`)
    }
    if (result.settled < settled || result.settled > fed) throw new Error(`settled went from ${settled} to ${result.settled}`)
    settled = result.settled
    scratch.fill(0x61)
  })
  if (settled !== fed) throw new Error(`settled ${settled} of ${fed} at the end`)
  return found.sort()
}

const wanted = (source: TermSource, text: Uint8Array, rule = 0): string[] =>
  referenceMatches(termsToRegexSource(source, true), text)
    .map(({ start, end }) => `${rule}:${start}-${end}`)
    .sort()

const found = (source: TermSource, text: string): string[] => {
  const bytes = UTF8.encode(text)
  const spans = scan(new TermSession(compileTerms(source), 0), [bytes])
  expect(spans).toEqual(wanted(source, bytes))
  return spans
    .map((span) => span.slice(2).split('-').map(Number))
    .sort((a, b) => a[0] - b[0])
    .map(([start, end]) => new TextDecoder().decode(bytes.subarray(start, end)))
}

describe('what a list of terms matches', () => {
  it.each<[what: string, terms: string[], text: string, matches: string[], ignoreCase?: boolean]>([
    ['terms where they stand by themselves', ['Orion', 'Vega'], 'Orion, Vegas; (Vega) xOrion Orion_', ['Orion', 'Vega']],
    ['the longest', ['Ann', 'Ann Lee', 'Ann Lee Park'], 'Ann Lee Parker, Ann Le', ['Ann Lee', 'Ann']],
    ['leftmost before longest', ['a b', 'b c d'], 'a b c d', ['a b']],
    ['no overlap', ['a-a'], 'a-a-a-a', ['a-a', 'a-a']],
    ['as they are written', ['Acme'], 'acme ACME Acme', ['Acme']],
    ['letters in either case', ['Acme GmbH'], 'acme gmbh, ACME GMBH', ['acme gmbh', 'ACME GMBH'], true],
    ['characters beyond ASCII as they are', ['Ökö'], 'Ökö ökö', ['Ökö'], true],
    ['scripts without spaces in the middle of a text', ['北斗'], '在北斗系统', ['北斗']],
    ['terms that begin and end with signs anywhere', ['#42', 'C++'], 'a#42 C++11 #421', ['#42', 'C++']],
    ['one byte, at both ends of the text', ['x'], 'x x_ x', ['x', 'x']],
  ])('%s', (_what, terms, text, matches, ignoreCase = false) => {
    expect(found({ id: 'r', terms, ignoreCase }, text)).toEqual(matches)
  })

  it('is what the same alternatives match as a pattern, on the kernel', () => {
    const source = { id: 'r', terms: ['alpha', 'alpha beta', 'b', 'beta gamma', '+1'], ignoreCase: true }
    const session = createKernel('portable').open(compileRules([{ id: 'r', pattern: termsToRegexSource(source, true) }]))
    for (const text of ['alpha beta gamma', 'ALPHA Beta_ b +1 +12', 'xalpha alpha b beta gamma'])
      expect(scan(new TermSession(compileTerms(source), 0), [UTF8.encode(text)])).toEqual(scan(session, [UTF8.encode(text)]))
  })
})

describe('random lists on random texts, against the reference', () => {
  const LETTERS = ['a', 'b', 'A', ' ', '-', 'é', '北', '_', '1', 'ab', 'ba']

  function randomText(random: Random, most: number): string {
    let text = ''
    for (let i = random.int(1, most); i > 0; i--) text += random.pick(LETTERS)
    return text
  }

  it('whole, at every cut, byte by byte, and with other rules beside', { timeout: 300_000 }, () => {
    const random = new Random(41)
    const other = { id: 'k', pattern: '\\b[ab]{2,4}-' }
    let matches = 0
    for (let round = 0; round < 400; round++) {
      const terms = Array.from({ length: random.int(1, 12) }, () => randomText(random, 7).trim() || 'a')
      const source = { id: 'r', terms, ignoreCase: random.chance(0.5) }
      const tables = compileTerms(source)
      const session = new TermSession(tables, 0)
      const kernel = createKernel(random.pick(['portable', 'simd'] as const))
      const beside = new SessionWithTerms(kernel.open(compileRules([other])), [1], [{ rule: 0, tables }])
      for (let i = 0; i < 8; i++) {
        const text = UTF8.encode(
          Array.from({ length: 4 }, () => (random.chance(0.5) ? random.pick(terms) : randomText(random, 6))).join(
            random.pick(['', ' ', '-']),
          ),
        )
        const want = wanted(source, text)
        matches += want.length
        for (let at = 0; at <= text.length; at++) {
          const got = scan(session, [text.subarray(0, at), text.subarray(at)])
          if (got.join() !== want.join()) expect({ source, text: new TextDecoder().decode(text), at, got }).toEqual({ got: want })
        }
        expect(scan(session, [text])).toEqual(want)
        expect(scan(session, random.cut(text, 1))).toEqual(want)
        const both = [...want, ...referenceMatches(other.pattern, text).map(({ start, end }) => `1:${start}-${end}`)].sort()
        expect(scan(beside, random.cut(text, random.int(1, 9)))).toEqual(both)
      }
    }
    expect(matches).toBeGreaterThan(4000)
  })
})

describe('the automaton', () => {
  it('takes the words and no others, with as few states as there are different rests', () => {
    const random = new Random(3)
    for (let round = 0; round < 50; round++) {
      const words = [
        ...new Set(
          Array.from({ length: random.int(1, 60) }, () =>
            Array.from({ length: random.int(1, 6) }, () => random.pick(['a', 'b', 'c'])).join(''),
          ),
        ),
      ].sort()
      const { first, edges } = buildAutomaton(
        words.map((word) => UTF8.encode(word)),
        6,
      )
      const all: string[] = []
      const states = new Set<number>([-1])
      const visit = (edge: number, word: string) => {
        if ((edge & ACCEPT) !== 0) all.push(word)
        const state = edge >>> STATE_SHIFT
        states.add(state)
        for (let e = state; e !== 0; e = (edges[e] & LAST) !== 0 ? 0 : e + 1)
          visit(edges[e], word + String.fromCharCode(edges[e] & 0xff))
      }
      for (const edge of first) if (edge !== 0) visit(edge, String.fromCharCode(edge & 0xff))
      expect(all).toEqual(words)
      const beginnings = new Set(words.flatMap((word) => Array.from({ length: word.length + 1 }, (_, n) => word.slice(0, n))))
      // What may follow a beginning, but for its being a word itself: that stands at the edge.
      const rests = new Set(
        Array.from(beginnings, (begin) =>
          words
            .filter((word) => word.startsWith(begin) && word !== begin)
            .map((word) => word.slice(begin.length))
            .join(),
        ),
      )
      rests.delete(words.join())
      expect(states.size - 1).toBe(rests.size)
    }
  })
})

describe('a list of 100,000', () => {
  const terms = manyTerms(100_000)
  const tables = compileTerms({ id: 'r', terms, ignoreCase: true })

  it('is smaller than its terms, and tells what it costs', () => {
    const { states, tableBytes, candidatesPerKB } = tables.cost
    expect(new Set(terms).size).toBe(100_000)
    expect(states).toBeGreaterThan(10_000)
    expect(tableBytes).toBeLessThan(4 * terms.join('').length)
    expect(candidatesPerKB).toBeGreaterThan(0)
  })

  it('finds every one of them and nothing else, in windows of any size', () => {
    const random = new Random(9)
    let text = ''
    for (const term of terms) {
      text += `${random.pick([' ', ', ', ' (', '\n'])}${random.chance(0.5) ? term.toUpperCase() : term}${random.pick(['.', ';', ' .'])}`
      // What is nearly one, but for the few that are another.
      text += random.pick([`x${term}`, `${term}q`, `${term.slice(0, -1)}#`, term.replace(' ', '  ')])
    }
    // All of these terms are two words with a blank between.
    const known = new Set(terms)
    const words = Array.from(text.matchAll(/\w+/g), ({ 0: word, index }) => ({
      word: word.toLowerCase(),
      from: index,
      to: index + word.length,
    }))
    const want: string[] = []
    for (let i = 0; i + 1 < words.length; i++) {
      const [one, two] = [words[i], words[i + 1]]
      if (two.from !== one.to + 1 || text[one.to] !== ' ' || !known.has(`${one.word} ${two.word}`)) continue
      want.push(`7:${one.from}-${two.to}`)
      i++
    }
    want.sort()
    expect(want.length).toBeGreaterThanOrEqual(100_000)
    const bytes = UTF8.encode(text)
    const session = new TermSession(tables, 7)
    expect(scan(session, [bytes]).join() === want.join()).toBe(true)
    expect(scan(session, random.cut(bytes, 4000)).join() === want.join()).toBe(true)
    expect(session.steps).toBeLessThan(4 * bytes.length)
  })
})

describe('promises', () => {
  it('steps a byte are bounded by the places at which a term may begin, whatever its length', () => {
    for (const [unit, count] of [
      ['a ', 20],
      [`${'a'.repeat(10)} `, 20],
      ['北', 24],
    ] as const) {
      const term = unit.repeat(count).trim()
      const session = new TermSession(compileTerms({ id: 'r', terms: [`${term}!`, `${term}?`] }), 0)
      const text = UTF8.encode(unit.repeat(5000))
      session.feed(text, true)
      expect(session.steps / text.length).toBeLessThanOrEqual(MAX_STARTS + 1)
    }
  })

  it('what is settled stays as close to the end as what is alive allows', () => {
    const session = new TermSession(compileTerms({ id: 'r', terms: ['alpha beta', 'alpha'] }), 0)
    const feed = (text: string, last = false) => session.feed(UTF8.encode(text), last)
    expect(feed('0123 ').settled).toBe(5)
    expect(feed('al').settled).toBe(5)
    expect(feed('pha be')).toEqual({ candidates: [], settled: 5 })
    expect(feed('x ')).toEqual({ candidates: [{ rule: 0, start: 5, end: 10 }], settled: 15 })
    expect(feed('alpha', true)).toEqual({ candidates: [{ rule: 0, start: 15, end: 20 }], settled: 20 })
  })

  it('the same terms in any order are the same tables', () => {
    const terms = manyTerms(500)
    expect(compileTerms({ id: 'r', terms: [...terms, ...terms].reverse() })).toEqual(compileTerms({ id: 'r', terms }))
  })

  it.each<[what: string, terms: string[], code: string, column: number]>([
    ['no term', [], 'never-matches', 1],
    ['an empty one', ['a', ''], 'empty-match', 2],
    ['white space at its ends', ['a', 'b', ' c'], 'bad-term', 3],
    ['half a character', ['a\ud800'], 'bad-term', 1],
    ['one too long', ['a', `b${'c'.repeat(MAX_TERM_BYTES)}`], 'too-long', 2],
    ['one with too many places at which one may begin', ['b', `${'b '.repeat(MAX_STARTS)}b`], 'too-long', 2],
  ])('refuses %s, by number and without a word of it', (_what, terms, code, column) => {
    try {
      compileTerms({ id: 'own', terms })
      expect.fail('was not refused')
    } catch (error) {
      expect(error).toMatchObject({ name: 'PatternError', code, rule: 'own', column })
      for (const term of terms.filter((one) => one.length > 20)) expect((error as Error).message).not.toContain(term)
    }
  })
})
