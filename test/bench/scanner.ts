import { existsSync } from 'node:fs'
import { placedRules } from '../../rules/index.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { sharedPath } from '../support/shared.ts'
import { hold, record } from './figures.ts'
import { prototypeRules } from './prototype-rules.ts'
import { benignSpeeds, summary } from './scanner/benign.ts'
import { manyRules } from './scanner/many-rules.ts'
import { oneByteChunks } from './scanner/one-byte.ts'
import { smallFigures } from './scanner/small.ts'
import { timesTen, worstCase } from './scanner/worst.ts'

/**
 * The scanner: its kernels beside a loop of RegExps, re2js, Hyperscan and regex-automata on benign texts; small texts, loading and
 * compiling; and the worst texts beside a walk of one step a byte. BENCH=quick leaves out what takes minutes.
 */
export async function scanner(): Promise<void> {
  if (!existsSync(sharedPath('corpora'))) {
    process.stdout.write('SKIPPED: no shared data (set EDGE_DLP_SHARED)\n')
    if (process.env.CI === 'true') process.exitCode = 1
    return
  }
  const quick = process.env.BENCH === 'quick'
  const rules63 = await prototypeRules()
  const rules300 = await prototypeRules('rules-300.mjs')
  const result: Record<string, unknown> = { engines: 'MB/s (10^6 bytes), median of interleaved runs' }

  const speeds63 = await benignSpeeds('63 rules', rules63, { peers: true })
  const speeds300 = await benignSpeeds('300 rules', rules300, { peers: true })
  result.benign = { 63: speeds63, 300: speeds300 }
  const of63 = summary('63 rules', speeds63)
  const of300 = summary('300 rules', speeds300)
  result.ratios = { 63: of63, 300: of300 }
  // Each floor where its peer is installed; what is not was said when it was built.
  const floors: [typeof of63, string, number, number, number, number, number][] = [
    [of63, '63 rules', 1.7, 1.2, 1.4, 0, 25],
    [of300, '300 rules', 1.8, 1.2, 1.3, 1.0, 60],
  ]
  for (const [of, name, hyperscan, hyperscanEach, automata, automataEach, loop] of floors) {
    if (of.hyperscan !== undefined) {
      hold(`${name}, wasm over Hyperscan, geometric mean`, of.hyperscan.mean, { atLeast: hyperscan })
      hold(`${name}, wasm over Hyperscan, on the text that is worst`, of.hyperscan.least, { atLeast: hyperscanEach })
    }
    if (of['regex-automata'] !== undefined) {
      hold(`${name}, wasm over regex-automata, geometric mean`, of['regex-automata'].mean, { atLeast: automata })
      hold(`${name}, wasm over regex-automata, on the text that is worst`, of['regex-automata'].least, { atLeast: automataEach })
    }
    if (of.loop !== undefined) hold(`${name}, wasm over a loop of RegExps, geometric mean`, of.loop.mean, { atLeast: loop })
    if (of.portable !== undefined)
      process.stdout.write(`      ${name}, wasm over portable, geometric mean: ${of.portable.mean.toFixed(2)}\n`)
  }
  const own = ruleSources(placedRules)
  const ownSpeeds = await benignSpeeds(`the ${own.length} rules of this project`, own, {})
  // In turns with the 63: minutes apart another load of the machine would be what is compared.
  const speeds1000 = await benignSpeeds('1,000 rules', manyRules(rules300, 1000), { fewer: rules63 })
  result.more = { own: ownSpeeds, 1000: speeds1000 }
  const half = Math.min(...speeds1000.map(({ wasm, fewer }) => wasm / fewer!))
  hold('1,000 rules, share of the speed with 63, on the text that is worst', half, { atLeast: 0.5 })
  if (!quick) {
    const speeds3000 = await benignSpeeds('3,000 rules', manyRules(rules300, 3000), {})
    result.more = { own: ownSpeeds, 1000: speeds1000, 3000: speeds3000 }
  }
  result.small = smallFigures(rules63, rules300, manyRules(rules300, 1000))
  result.oneByteChunks = await oneByteChunks()
  const worst = await worstCase(rules63, quick)
  hold('the worst text, in walks of one step a byte', worst.slowest[0].walks, { atMost: 8 })
  const large = await worstCase(timesTen(rules63), quick)
  result.worst = { ...worst, timesTen: large }
  hold('the worst text with ten times the bounds, to that', large.slowest[0].walks / worst.slowest[0].walks, { atMost: 1.5 })
  record('scanner', result)
}
