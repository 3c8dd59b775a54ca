import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { placedRules } from '../../rules/index.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { sharedPath } from '../support/shared.ts'
import { geometricMean, hold, median, record } from './figures.ts'
import { type BenchRule, prototypeRules } from './prototype-rules.ts'

/** The scanner beside a loop of RegExps in V8, on the benign texts; the same rules, interleaved runs, answers compared. */
const ROUNDS = 5

interface Text {
  readonly name: string
  readonly text: string
  readonly bytes: Uint8Array
}

export function benignTexts(): Text[] {
  return readdirSync(sharedPath('corpora'))
    .filter((file) => file.startsWith('benign_'))
    .sort()
    .map((file) => {
      const lines = readFileSync(sharedPath('corpora', file), 'utf8').trim().split('\n')
      const joined = lines.map((line) => (JSON.parse(line) as { text: string }).text).join('\n')
      // A RegExp counts in code units and the scanner in bytes: of ASCII both are the same.
      const text = joined.replace(/[^\x00-\x7f]/g, '.').slice(0, 1_000_000)
      return { name: file.replace(/^benign_|\.jsonl$/g, ''), text, bytes: new TextEncoder().encode(text) }
    })
}

export async function scanner(): Promise<void> {
  if (!existsSync(sharedPath('corpora'))) {
    process.stdout.write('SKIPPED: no shared data (set EDGE_DLP_SHARED)\n')
    if (process.env.CI === 'true') process.exitCode = 1
    return
  }
  const texts = benignTexts()
  const result: Record<string, unknown> = {}
  const own = placedRules.map(({ rule }) => ({ id: rule.id, pattern: rule.pattern }))
  for (const [name, rules] of [
    ['63 rules', await prototypeRules()],
    [`${own.length} rules of ours`, own],
  ] as const) {
    const rows = texts.map((text) => measure(text, rules))
    for (const { name: text, portable, loop, matches } of rows)
      process.stdout.write(
        `${name}, ${text}: portable ${portable.toFixed(1)} MB/s, RegExp loop ${loop.toFixed(1)} MB/s, ${(portable / loop).toFixed(1)} x, ${matches} matches\n`,
      )
    const ratio = geometricMean(rows.map(({ portable, loop }) => portable / loop))
    if (name === '63 rules') hold('63 rules, portable over a loop of RegExps, geometric mean', ratio, { atLeast: 5 })
    else process.stdout.write(`${name}: ${ratio.toFixed(2)} x the loop in the geometric mean\n`)
    result[name] = { ratio, texts: rows }
  }
  record('scanner', result)
}

function measure({ name, text, bytes }: Text, rules: readonly BenchRule[]) {
  const tables = compileRules(rules.map(({ id, pattern }) => ({ id, pattern })))
  const session = createPortableKernel().open(tables)
  const expressions = rules.map(({ pattern }) => regExpOf(pattern))
  const scan = () => {
    session.reset()
    return session.feed(bytes, true).candidates
  }
  const loop = () => {
    const starts: number[] = []
    expressions.forEach((expression, rule) => {
      expression.lastIndex = 0
      for (let match = expression.exec(text); match !== null; match = expression.exec(text)) starts.push(rule, match.index)
    })
    return starts
  }
  compare(name, scan(), loop())
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    ;[scan, loop].forEach((run, i) => {
      const started = performance.now()
      run()
      times[i].push(performance.now() - started)
    })
  }
  const speed = (all: number[]) => bytes.length / 1e3 / median(all)
  return { name, bytes: bytes.length, portable: speed(times[0]), loop: speed(times[1]), matches: scan().length }
}

/**
 * A RegExp takes the first alternative that fits and we the longest, so ends may differ, and with them where the next match may begin:
 * the starts are compared, and a few that only such a difference explains are allowed.
 */
function compare(name: string, candidates: Iterable<{ rule: number; start: number }>, loop: readonly number[]): void {
  const ours = new Set(Array.from(candidates, ({ rule, start }) => `${rule}@${start}`))
  const theirs = new Set(Array.from({ length: loop.length / 2 }, (_, i) => `${loop[2 * i]}@${loop[2 * i + 1]}`))
  const differ = [...ours].filter((one) => !theirs.has(one)).length + [...theirs].filter((one) => !ours.has(one)).length
  if (differ > 0.01 * Math.max(100, theirs.size)) throw new Error(`${name}: ${differ} of ${theirs.size} answers differ`)
}

/** A pattern of the dialect as JavaScript writes it: `(?i:…)` is of the newer syntax. */
export function regExpOf(pattern: string): RegExp {
  return new RegExp(pattern, 'gs')
}
