import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Delivered } from './messages.ts'

/** A way to run the product's gateway, for cases that must give the same on every platform. */
export interface Platform {
  readonly name: Delivered['platform']
  /** Starts the gateway under a policy (JSON text), in front of an origin on 127.0.0.1. */
  start(policy: string, originPort: number, options?: StartOptions): Promise<RunningGateway>
}

export interface StartOptions {
  /** Key of keyed marks, in base64. Absent: there is none. */
  readonly key?: string
}

export interface RunningGateway {
  readonly url: string
  /** All events so far, oldest first, as they were written. */
  events(): Promise<Record<string, unknown>[]>
  close(): Promise<void>
}

const workers: Platform = {
  name: 'workers',
  async start(policy, originPort, { key } = {}) {
    const { startWorker } = await import('./workers.ts')
    const worker = await startWorker({
      origin: `http://127.0.0.1:${originPort}`,
      policy,
      bindings: key === undefined ? {} : { DLP_KEY: key },
    })
    return { url: worker.url, events: async () => worker.events(), close: () => worker.close() }
  },
}

/**
 * The platforms that can be run here; those of `platform-<name>.ts` export `platform`. `missing` says which cannot. With VICEROY=1, as `npm run
 * test:viceroy` sets it, Fastly's local runtime alone: it takes long to start.
 */
export async function loadPlatforms(): Promise<{ platforms: Platform[]; missing: string[] }> {
  if (process.env.VICEROY === '1') return { platforms: [(await import('./platform-fastly-viceroy.ts')).platform], missing: [] }
  const platforms = [workers]
  const missing: string[] = []
  for (const name of ['node', 'fastly', 'fastly-linked']) {
    const file = join(import.meta.dirname, `platform-${name}.ts`)
    if (existsSync(file)) platforms.push(((await import(pathToFileURL(file).href)) as { platform: Platform }).platform)
    else missing.push(name)
  }
  return { platforms, missing }
}
