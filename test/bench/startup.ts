import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { median } from './figures.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const PROFILES = 5

/** A CPU profile as V8 writes it, as far as it is read here; `timeDeltas` in microseconds, one for each sample. */
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Milliseconds of a profile in which anything ran. */
export function activeMs({ nodes, samples, timeDeltas }: Profile): number {
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id))
  return samples.reduce((sum, id, i) => sum + (idle.has(id) ? 0 : timeDeltas[i]), 0) / 1000
}

/**
 * What the Worker takes at start-up, before the first request: the median of five profiles by `wrangler check startup`, which builds it, starts it in workerd and
 * profiles the isolate while its script is compiled and run. Milliseconds.
 */
export function workerStartup(): number {
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-startup-'))
  try {
    const profile = join(folder, 'startup.cpuprofile')
    const times = Array.from({ length: PROFILES }, () => {
      execFileSync('npx', ['--no', 'wrangler', 'check', 'startup', '--outfile', profile], {
        cwd: root,
        stdio: 'ignore',
        env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
      })
      return activeMs(JSON.parse(readFileSync(profile, 'utf8')))
    })
    return median(times)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
