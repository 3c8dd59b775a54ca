import { existsSync } from 'node:fs'
import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../rules/index.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { ScanSession } from '../../src/scanner/kernel.ts'
import { compileTerms, MAX_STARTS } from '../../src/scanner/terms/compile-terms.ts'
import { TermSession } from '../../src/scanner/terms/session.ts'
import { SessionWithTerms } from '../../src/scanner/terms/with-terms.ts'
import { manyTerms } from '../scanner/terms/many-terms.ts'
import { sharedPath } from '../support/shared.ts'
import { geometricMean, hold, median, record } from './figures.ts'
import { benignTexts, type Text } from './scanner/texts.ts'

const TERMS = 100_000
const ROUNDS = 7
/** A run scans at least so many bytes. */
const BYTES_A_RUN = 2_000_000

/** CPU time: what else the machine does counts less. */
const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** A list of 100,000 terms: compiling, size, and its speed by itself and beside the project's rules on benign texts and on a text of its own terms. */
export async function terms(): Promise<void> {
  const list = manyTerms(TERMS)
  const compile = Array.from({ length: 5 }, () => {
    const began = cpuMs()
    compileTerms({ id: 'terms', terms: list, ignoreCase: true })
    return cpuMs() - began
  })
  const tables = compileTerms({ id: 'terms', terms: list, ignoreCase: true })
  const { cost } = tables
  const compileMs = median(compile)
  hold(`compiling ${TERMS} terms, ms`, compileMs, { atMost: 1000 })
  process.stdout.write(
    `      ${cost.states} states, ${cost.tableBytes} bytes of tables, ${list.join('').length} of terms, ${cost.candidatesPerKB.toFixed(1)} walks/KB\n`,
  )

  const texts: Pick<Text, 'name' | 'bytes'>[] = existsSync(sharedPath('corpora')) ? benignTexts() : []
  if (texts.length === 0) process.stdout.write('SKIPPED benign texts: no shared data (set EDGE_DLP_SHARED)\n')
  texts.push({ name: 'its own terms', bytes: new TextEncoder().encode(list.slice(0, 20_000).join(', ')) })
  texts.push({
    name: 'beginnings',
    bytes: new TextEncoder().encode(
      list
        .slice(0, 20_000)
        .map((term) => term.slice(0, -1))
        .join(' '),
    ),
  })
  const kernel = createNodeKernel('simd')
  const rules = compileRules(ruleSources(placedRules))
  const ruleOf = Array.from(rules.ids.keys(), (i) => i + 1)
  const sessions: Record<string, ScanSession> = {
    list: new TermSession(tables, 0),
    rules: kernel.open(rules),
    both: new SessionWithTerms(kernel.open(rules), ruleOf, [{ rule: 0, tables }]),
  }
  const speeds = texts.map(({ name, bytes }) => {
    const times = Math.ceil(BYTES_A_RUN / bytes.length)
    const runs: Record<string, number[]> = { list: [], rules: [], both: [] }
    let matches = 0
    for (let round = 0; round < ROUNDS; round++) {
      for (const [of, session] of Object.entries(sessions)) {
        const began = cpuMs()
        for (let i = 0; i < times; i++) {
          session.reset()
          const { candidates } = session.feed(bytes, true)
          if (of === 'list') matches = candidates.length
        }
        runs[of].push((bytes.length * times) / (cpuMs() - began) / 1000)
      }
    }
    const [ofList, ofRules, ofBoth] = ['list', 'rules', 'both'].map((of) => Math.round(median(runs[of])))
    process.stdout.write(`      ${name}: list ${ofList}, rules ${ofRules}, both ${ofBoth} MB/s, ${matches} matches\n`)
    return { text: name, bytes: bytes.length, matches, list: ofList, rules: ofRules, both: ofBoth }
  })
  const mean = geometricMean(speeds.map(({ list: speed }) => speed))

  // Every place begins a walk that goes as far as a walk can.
  const unit = 'ab '.repeat(MAX_STARTS).trim()
  const hostile = new TermSession(compileTerms({ id: 'hostile', terms: [`${unit}!`] }), 0)
  const bytes = new TextEncoder().encode('ab '.repeat(400_000))
  const began = cpuMs()
  hostile.feed(bytes, true)
  const worst = { stepsPerByte: hostile.steps / bytes.length, mbPerSecond: bytes.length / (cpuMs() - began) / 1000 }
  hold('steps a byte on the text that is worst', worst.stepsPerByte, { atMost: MAX_STARTS + 1 })
  record('terms', {
    terms: TERMS,
    speedsAre: 'MB/s (10^6 bytes) of CPU time, median of interleaved runs',
    compileMs,
    cost,
    speeds,
    mean,
    worst,
  })
}
