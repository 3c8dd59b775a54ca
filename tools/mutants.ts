import { execFileSync, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'

/**
 * `npm run test:mutants [-- N | WORDS]`: applies each small change of test/mutants/*.json (or N of them, drawn by the commit hash; or those with these words in
 * their names) to a copy of the project, runs the tests that must catch it, and requires them to pass before and to fail after. As many copies at work as there are cores.
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

/** Not copied: the packages, which are linked, and what is no part of the project. */
const LEFT_OUT = new Set(['node_modules', '.git', '.cache', '.wrangler', '.edge-dlp'])

const mutants: Mutant[] = readdirSync('test/mutants')
  .filter((file) => file.endsWith('.json'))
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(`test/mutants/${file}`, 'utf8')))
const asked = process.argv[2] ?? String(mutants.length)
const drawn = /^\d+$/.test(asked) ? draw(mutants, Number(asked)) : mutants.filter(({ name }) => name.includes(asked))
const env = { ...process.env, EDGE_DLP_SHARED: resolve(process.env.EDGE_DLP_SHARED ?? '../shared') }
const clean = new Map<string, Promise<boolean>>()
const queue = [...drawn]
let killed = 0

/** Do these tests pass in this copy? */
function passes(copy: string, tests: readonly string[]): Promise<boolean> {
  return new Promise((done) => {
    const vitest = join(copy, 'node_modules/.bin/vitest')
    const child = spawn(vitest, ['run', '--bail=1', '--maxWorkers=1', ...tests], { cwd: copy, env, stdio: 'ignore' })
    child.on('error', () => done(false)).on('exit', (status) => done(status === 0))
  })
}

async function judge(copy: string, { file, from, to, all, tests }: Mutant): Promise<string> {
  const key = tests.join()
  if (!clean.has(key)) clean.set(key, passes(copy, tests))
  if (!(await clean.get(key))) return 'SURVIVED: its tests fail without it'
  const path = join(copy, file)
  const source = readFileSync(path, 'utf8')
  if (!source.includes(from)) return 'SURVIVED: what it changes is not there'
  writeFileSync(path, all ? source.replaceAll(from, to) : source.replace(from, to))
  const survives = await passes(copy, tests)
  writeFileSync(path, source)
  return survives ? 'SURVIVED' : 'killed'
}

async function work(): Promise<void> {
  const copy = mkdtempSync(join(tmpdir(), 'edge-dlp-mutants-'))
  try {
    cpSync('.', copy, { recursive: true, filter: (path) => !LEFT_OUT.has(basename(path)) })
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'))
    for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
      const verdict = await judge(copy, mutant)
      if (verdict === 'killed') killed++
      process.stdout.write(`promise ${mutant.promise}: ${mutant.name}: ${verdict}\n`)
    }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), drawn.length) }, work))
process.stdout.write(`${killed} of ${drawn.length} mutants killed\n`)
process.exitCode = killed === drawn.length ? 0 : 1

function draw(all: readonly Mutant[], count: number): Mutant[] {
  const hash = Number.parseInt(execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).slice(0, 8), 16)
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[(hash + i) % all.length])
}
