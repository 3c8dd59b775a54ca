import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

/**
 * `npm run test:mutants [-- N]`: applies each small change of test/mutants/*.json (or N of them, drawn by the commit hash), runs the
 * tests that must catch it, and requires them to pass before and to fail after. The change is undone whatever happens.
 */
interface Mutant {
  readonly promise: number
  readonly name: string
  readonly file: string
  readonly from: string
  readonly to: string
  /** Every place of `from`; by default it must stand in the file once or the first is taken. */
  readonly all?: boolean
  readonly tests: readonly string[]
}

const mutants: Mutant[] = readdirSync('test/mutants')
  .filter((file) => file.endsWith('.json'))
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(`test/mutants/${file}`, 'utf8')))
const drawn = draw(mutants, Number(process.argv[2] ?? mutants.length))
const passes = (tests: readonly string[]) => spawnSync('vitest', ['run', '--bail=1', ...tests], { stdio: 'ignore' }).status === 0
const clean = new Map<string, boolean>()
let killed = 0
for (const mutant of drawn) {
  const key = mutant.tests.join()
  if (!clean.has(key)) clean.set(key, passes(mutant.tests))
  const source = readFileSync(mutant.file, 'utf8')
  let verdict = 'killed'
  if (!clean.get(key)) verdict = 'SURVIVED: its tests fail without it'
  else if (!source.includes(mutant.from)) verdict = 'SURVIVED: what it changes is not there'
  else {
    try {
      writeFileSync(mutant.file, mutant.all ? source.replaceAll(mutant.from, mutant.to) : source.replace(mutant.from, mutant.to))
      if (passes(mutant.tests)) verdict = 'SURVIVED'
    } finally {
      writeFileSync(mutant.file, source)
    }
  }
  if (verdict === 'killed') killed++
  process.stdout.write(`promise ${mutant.promise}: ${mutant.name}: ${verdict}\n`)
}
process.stdout.write(`${killed} of ${drawn.length} mutants killed\n`)
process.exitCode = killed === drawn.length ? 0 : 1

function draw(all: readonly Mutant[], count: number): Mutant[] {
  const hash = Number.parseInt(execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).slice(0, 8), 16)
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[(hash + i) % all.length])
}
