import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './figures.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PROFILES = 5

/** A CPU profile as V8 writes it, as far as it is read here; `timeDeltas` in microseconds, one for each sample. */
interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Milliseconds of a profile in which anything ran: the function of this name and what it called, or, without one, anything at all. */
export function activeMs({ nodes, samples, timeDeltas }: Profile, within?: string): number {
  const named = (name: string) => nodes.filter(({ callFrame }) => callFrame.functionName === name)
  const counts = new Set<number>()
  if (within === undefined) {
    const idle = new Set(named('(idle)'))
    for (const node of nodes) if (!idle.has(node)) counts.add(node.id)
  } else {
    const children = new Map(nodes.map((node) => [node.id, node.children ?? []]))
    const waiting = named(within).map(({ id }) => id)
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      counts.add(id)
      waiting.push(...children.get(id)!)
    }
  }
  return samples.reduce((sum, id, i) => sum + (counts.has(id) ? timeDeltas[i] : 0), 0) / 1000
}

/**
 * Milliseconds that a Worker takes at start-up, before the first request, or of those what is spent in one function: the median of five profiles by
 * `wrangler check startup`, which builds the Worker of `config`, starts it in workerd and profiles the isolate while its script is compiled and run.
 */
function profiledStartup(config: string, within?: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-startup-'))
  try {
    const profile = join(folder, 'startup.cpuprofile')
    const times = Array.from({ length: PROFILES }, () => {
      execFileSync('npx', ['--no', 'wrangler', 'check', 'startup', '--config', config, '--outfile', profile], {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
      })
      return activeMs(JSON.parse(readFileSync(profile, 'utf8')), within)
    })
    return median(times)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Of the gateway. */
export const workerStartup = (): number => profiledStartup('wrangler.toml')

/** Of tables (as `encodeTables` writes them): what a Worker takes to have them in the kernel. */
export function loadAtStartup(tables: Uint8Array): number {
  const folder = join(root, 'dist/bench/load')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'rules.bin'), tables)
  writeFileSync(join(folder, 'worker.ts'), LOADER)
  writeFileSync(join(folder, 'wrangler.toml'), LOADER_CONFIG)
  return profiledStartup(join(folder, 'wrangler.toml'), 'loadTables')
}

const LOADER = `import { workersKernel } from '../../../adapters/cloudflare/engine.ts'
import { decodeTables } from '../../../src/scanner/compile/decode.ts'
import bytes from './rules.bin'

function loadTables() {
  const kernel = workersKernel()
  const tables = decodeTables(new Uint8Array(bytes), { trusted: true })
  kernel.load?.(tables)
  return kernel.open(tables)
}
const session = loadTables()

export default {
  fetch: async (request: Request) =>
    new Response(String(session.feed(new Uint8Array(await request.arrayBuffer()), true).candidates.length)),
}
`
const LOADER_CONFIG = `name = "load"
main = "worker.ts"
compatibility_date = "2026-10-01"
rules = [{ type = "Data", globs = ["**/*.bin"], fallthrough = true }]
`
