import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { kernelsWith } from './kernels.ts'
import { scanPieces } from './scan-pieces.ts'

interface Case {
  readonly id: string
  readonly regex: string
  readonly haystack: Uint8Array
  readonly longest: readonly (readonly [number, number])[]
  /** Only matches that begin at the start, or where the one before ended, count; only so many count. */
  readonly anchored?: boolean
  readonly limit?: number
}

/**
 * Brings a pattern into the dialect without changing what it matches in a text of `length` bytes: an unbounded repetition is
 * bounded by the text, laziness does not matter to the longest match, `(?s:.)` is a class. Answers why it cannot, else.
 */
function intoDialect(regex: string, length: number): { pattern: string } | { skip: string } {
  const most = Math.max(length, 1)
  let out = ''
  let inClass = false
  for (let i = 0; i < regex.length; i++) {
    const char = regex[i]
    const rest = regex.slice(i)
    if (char === '\\') {
      const next = regex[i + 1]
      if (next === 'b' || next === 'B') return { skip: 'word boundary' }
      if (next === 'A' || next === 'z') return { skip: 'anchor' }
      if (next === 'Q' || next === 'p' || next === 'P') return { skip: 'syntax of its own' }
      if (next === 'u' || (next === 'x' && regex[i + 2] === '{')) return { skip: 'syntax of its own' }
      if (next === 'a') out += '\\x07'
      else out += char + next
      i++
    } else if (inClass) {
      if (char === '[' || rest.startsWith('&&')) return { skip: 'class in a class' }
      if (char === ']') inClass = false
      out += char
    } else if (char === '[') {
      inClass = true
      out += char
      if (regex[i + 1] === '^') out += regex[++i]
      if (regex[i + 1] === ']') {
        out += '\\]'
        i++
      }
    } else if (char === '^' || char === '$') return { skip: 'anchor' }
    else if (rest.startsWith('(?s:.)')) {
      out += '[\\x00-\\xff]'
      i += 5
    } else if (rest.startsWith('(?P<') || rest.startsWith('(?<')) return { skip: 'named group' }
    else if (rest.startsWith('(?') && !rest.startsWith('(?:') && !rest.startsWith('(?i:')) return { skip: 'flags' }
    else if (char === '*' || char === '+' || char === '?' || char === '{') {
      const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(rest)?.[0]
      if (quantifier === undefined) return { skip: 'syntax of its own' }
      i += quantifier.length - 1
      if (regex[i + 1] === '?') i++
      if ('*+?{'.includes(regex[i + 1] ?? 'x')) return { skip: 'quantifier of a quantifier' }
      const bounds = /^\{(\d+),\}$/.exec(quantifier)
      if (quantifier === '*') out += `{0,${most}}`
      else if (quantifier === '+') out += `{1,${most}}`
      else if (bounds !== null) out += `{${bounds[1]},${Math.max(most, Number(bounds[1]))}}`
      else out += quantifier
    } else out += char
  }
  return { pattern: out }
}

function run(cases: readonly Case[]): { ran: number; skipped: Record<string, number> } {
  const kernels = [...kernelsWith(), ...kernelsWith({ blockBytes: 16, walkStepsPerByte: -1 })]
  const skipped: Record<string, number> = {}
  let ran = 0
  let memo: { pattern: string; tables: RuleTables | string } | undefined
  for (const { id, regex, haystack, longest, anchored, limit } of cases) {
    const skip = (reason: string) => {
      skipped[reason] = (skipped[reason] ?? 0) + 1
    }
    const dialect = intoDialect(regex, haystack.length)
    if ('skip' in dialect) {
      skip(dialect.skip)
      continue
    }
    if (memo?.pattern !== dialect.pattern) {
      memo = { pattern: dialect.pattern, tables: '' }
      try {
        memo.tables = compileRules([{ id: 'r', pattern: dialect.pattern }])
      } catch (error) {
        if (!(error instanceof PatternError)) throw error
        memo.tables = error.code
      }
    }
    const { tables } = memo
    if (typeof tables === 'string') {
      skip(tables)
      continue
    }
    const want = longest.map(([start, end]) => `0:${start}-${end}`).sort()
    for (const kernel of kernels) {
      for (const size of [haystack.length + 1, 1, 3]) {
        const pieces: Uint8Array[] = []
        for (let at = 0; at < haystack.length; at += size) pieces.push(haystack.subarray(at, at + size))
        const got = scanPieces(kernel, tables, pieces)
          .map((span) => span.slice(2).split('-').map(Number))
          .sort((a, b) => a[0] - b[0])
          .filter((_span, i, all) => !anchored || all.slice(0, i + 1).every(([at], j) => at === (j === 0 ? 0 : all[j - 1][1])))
          .slice(0, limit)
          .map(([start, end]) => `0:${start}-${end}`)
          .sort()
        if (got.join() !== want.join()) expect({ id, regex, size, got }).toEqual({ id, regex, size, got: want })
      }
    }
    ran++
  }
  return { ran, skipped }
}

const read = (file: string) => JSON.parse(readFileSync(sharedPath('regex-tests', file), 'utf8'))
const bytesOf = (test: { haystack?: string; haystackBase64?: string }): Uint8Array =>
  new Uint8Array(
    test.haystackBase64 !== undefined ? Buffer.from(test.haystackBase64, 'base64') : Buffer.from(test.haystack ?? ''),
  )

describeShared('conformance of leftmost-longest matching', () => {
  it('generated patterns', () => {
    const cases = ['generated.json', 'generated-utf8.json'].flatMap((file) =>
      read(file).tests.map((test: { id: string; regex: string; haystack?: string; leftmostLongest: [number, number][] }) => ({
        id: `${file}:${test.id}`,
        regex: test.regex,
        haystack: bytesOf(test),
        longest: test.leftmostLongest,
      })),
    )
    const { ran, skipped } = run(cases)
    console.log(`generated: ${ran} of ${cases.length} run; skipped`, JSON.stringify(skipped))
    expect(ran).toBeGreaterThan(1000)
    // Only what the dialect does not have; bounding by the text's length explodes a few patterns that have no bound.
    const { anchor: _a, 'word boundary': _w, 'empty-match': _e, 'state-explosion': exploded = 0, ...others } = skipped
    expect(others).toEqual({})
    expect(exploded).toBeLessThanOrEqual(30)
  })

  it('tests of the Rust regex project', () => {
    const files: { file: string }[] = read('index.json').files
    const cases: Case[] = []
    for (const { file } of files) {
      for (const test of read(file).tests) {
        if (!test.byteCore || test.derived === undefined || test.bounds) continue
        const regex = test.caseInsensitive ? `(?i:${test.bytePattern})` : test.bytePattern
        cases.push({
          id: test.id,
          regex,
          haystack: bytesOf(test),
          longest: test.derived.leftmostLongest,
          anchored: test.anchored,
          limit: test.matchLimit ?? undefined,
        })
      }
    }
    const { ran, skipped } = run(cases)
    console.log(`byteCore: ${ran} of ${cases.length} run; skipped`, JSON.stringify(skipped))
    expect(ran).toBeGreaterThan(150)
  })
})
