import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { PatternError } from '../../src/core/errors.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { kernelsWith } from './kernels.ts'
import { intoDialect } from './regex/into-dialect.ts'
import { first, longest, Reference } from './regex/reference.ts'
import { parseRegex, type Regex } from './regex/syntax.ts'
import { scanPieces } from './scan-pieces.ts'

// The conformance suite of regular expressions, as bytes: the reference must give each of its answers, and the kernels those of leftmost-longest matching. Patterns
// that the dialect refuses are rewritten for their text (regex/into-dialect.ts), so that the kernels match them all; what is left over is listed.

type Span = readonly [number, number]

interface Case {
  readonly id: string
  readonly regex: Regex
  readonly text: Uint8Array
  readonly first: readonly Span[]
  readonly longest?: readonly Span[]
  readonly allEnds?: readonly number[]
  /** Only matches that begin at the start, or where the one before ended, count; only so many count. */
  readonly anchored: boolean
  readonly limit?: number
}

/** A test as the files have it; see the README beside them. */
interface Test {
  readonly id: string
  readonly regex: string
  readonly bytePattern: string
  readonly haystack?: string
  readonly haystackBase64?: string
  readonly byteCore: boolean
  readonly caseInsensitive: boolean
  readonly anchored: boolean
  readonly matchLimit: number | null
  readonly matches: readonly { readonly span: Span }[]
  readonly derived?: { readonly leftmostLongest: readonly Span[]; readonly allEnds: readonly number[] }
  readonly leftmostFirst: readonly Span[]
  readonly leftmostLongest: readonly Span[]
  readonly allEnds: readonly number[]
}

const read = (file: string) => JSON.parse(readFileSync(sharedPath('regex-tests', file), 'utf8'))
const testsOf = (file: string): Test[] => read(file).tests
const bytesOf = ({ haystack = '', haystackBase64 }: Test): Uint8Array =>
  new Uint8Array(haystackBase64 === undefined ? Buffer.from(haystack) : Buffer.from(haystackBase64, 'base64'))

function generatedCases(): Case[] {
  return ['generated.json', 'generated-utf8.json'].flatMap((file) =>
    testsOf(file).map((test) => ({
      id: test.id,
      regex: parseRegex(test.regex),
      text: bytesOf(test),
      first: test.leftmostFirst,
      longest: test.leftmostLongest,
      allEnds: test.allEnds,
      anchored: false,
    })),
  )
}

/** Those of the Rust project for engines of this kind, and how many others each file has. */
function convertedCases(): { cases: Case[]; others: Record<string, number> } {
  const cases: Case[] = []
  const others: Record<string, number> = {}
  for (const { file } of read('index.json').files) {
    for (const test of testsOf(file)) {
      if (!test.byteCore) {
        others[file] = (others[file] ?? 0) + 1
        continue
      }
      cases.push({
        id: test.id,
        regex: parseRegex(test.bytePattern, test.caseInsensitive),
        text: bytesOf(test),
        first: test.matches.map(({ span }) => span),
        longest: test.derived?.leftmostLongest,
        allEnds: test.derived?.allEnds,
        anchored: test.anchored,
        limit: test.matchLimit ?? undefined,
      })
    }
  }
  return { cases, others }
}

function checkReference({ id, regex, text, first: wantFirst, longest: wantLongest, allEnds, anchored, limit }: Case): void {
  const reference = new Reference(regex, text)
  const spans = (choose: typeof first) => reference.matches(choose, anchored).slice(0, limit)
  expect({ id, first: spans(first) }).toEqual({ id, first: wantFirst })
  if (wantLongest !== undefined) expect({ id, longest: spans(longest) }).toEqual({ id, longest: wantLongest })
  if (allEnds !== undefined) expect({ id, allEnds: reference.allEnds(anchored) }).toEqual({ id, allEnds })
}

const KERNELS = [...kernelsWith(), ...kernelsWith({ blockBytes: 16, walkStepsPerByte: -1 })]
const compiled = new Map<string, RuleTables | PatternError>()

function tablesOf(pattern: string): RuleTables | PatternError {
  let tables = compiled.get(pattern)
  if (tables !== undefined) return tables
  try {
    tables = compileRules([{ id: 'r', pattern }])
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    tables = error
  }
  compiled.set(pattern, tables)
  return tables
}

const NEVER = 'matches nothing'

/** Compares every kernel with the suite's answer (with the reference's, where it has none), whole and cut; says why not where it cannot. */
function checkKernels({ id, regex, text, longest: known, anchored, limit }: Case): string | undefined {
  const rewritten = intoDialect(regex, text)
  if (rewritten.pattern === null) return NEVER
  const tables = tablesOf(rewritten.pattern)
  if (tables instanceof PatternError) return `refused: ${tables.code}`
  const want = known ?? new Reference(regex, text).matches(longest, anchored).slice(0, limit)
  for (const kernel of KERNELS) {
    for (const size of [rewritten.text.length + 1, 1, 3]) {
      const pieces: Uint8Array[] = []
      for (let at = 0; at < rewritten.text.length; at += size) pieces.push(rewritten.text.subarray(at, at + size))
      const found = scanPieces(kernel, tables, pieces).map((span) => span.slice(2).split('-').map(Number) as [number, number])
      const got = rewritten
        .answer(found)
        .filter((_span, i, some) => !anchored || some.slice(0, i + 1).every(([at], j) => at === (j === 0 ? 0 : some[j - 1][1])))
        .slice(0, limit)
      if (got.join() !== want.join())
        expect({ id, pattern: rewritten.pattern, kernel: KERNELS.indexOf(kernel), size, got }).toEqual({ got: want })
    }
  }
  return undefined
}

function runAll(name: string, cases: readonly Case[]): Record<string, number> {
  const left = new Map<string, string[]>()
  for (const one of cases) {
    const reason = checkKernels(one)
    if (reason !== undefined) left.set(reason, [...(left.get(reason) ?? []), one.id])
  }
  const count = [...left.values()].reduce((sum, ids) => sum + ids.length, 0)
  const lines = [`${name}: ${cases.length - count} of ${cases.length} on every kernel, ${count} on the reference alone`]
  for (const [reason, ids] of left) lines.push(`  ${reason}, ${ids.length}: ${ids.join(' ')}`)
  console.log(lines.join('\n'))
  return Object.fromEntries(Array.from(left, ([reason, ids]) => [reason, ids.length]))
}

describeShared('conformance of leftmost-longest matching', () => {
  it('the reference gives every answer to generated patterns', () => {
    const cases = generatedCases()
    expect(cases.length).toBe(3249)
    for (const one of cases) checkReference(one)
  })

  it('the reference gives every answer to the byte tests of the Rust regex project', () => {
    const { cases } = convertedCases()
    expect(cases.length).toBe(496)
    for (const one of cases) checkReference(one)
  })

  it('kernels on generated patterns', () => {
    expect(runAll('generated', generatedCases())).toEqual({ 'refused: state-explosion': 30 })
  })

  it('kernels on the byte tests of the Rust regex project', () => {
    const { cases, others } = convertedCases()
    expect(runAll('byteCore', cases)).toEqual({ [NEVER]: 1 })
    console.log('not run, as they are not of this kind of engine:', JSON.stringify(others))
  })
})
