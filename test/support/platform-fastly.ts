import { join } from 'node:path'
// Plain JavaScript, shared with the build.
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from './fastly-host/build.ts'
import { startFastlyHost } from './fastly-host/host.ts'
import type { Platform } from './platforms.ts'
import { expectBalanced } from './receipts.ts'
import { forgetSent } from './wire.ts'

const DIST = join(import.meta.dirname, '../../dist/test')

/** The built Fastly module in the test host: policy from its Config Store, key from its Secret Store, events from its log endpoint. */
export const platform = fastlyPlatform('fastly', buildService)

/** Builds the Compute service of the sources as they are; the module's path. */
export async function buildService(): Promise<string> {
  const script = await bundleFastly(undefined, join(DIST, 'service.js'))
  return buildFastly(script, join(DIST, 'fastly.wasm'))
}

/** The same on the module that `build` makes, once. */
export function fastlyPlatform(name: 'fastly' | 'fastly-linked', build: () => Promise<string>): Platform {
  let built: Promise<string> | undefined
  return {
    name,
    async start(policy, originPort, { key } = {}) {
      built ??= build()
      const events: Record<string, unknown>[] = []
      const host = await startFastlyHost({
        wasm: await built,
        backends: { origin: `http://127.0.0.1:${originPort}` },
        configStores: { dlp: { policy } },
        secretStores: { dlp: key === undefined ? {} : { key } },
        onLog: (endpoint, line) => {
          if (endpoint === 'dlp') events.push(JSON.parse(line))
        },
      })
      const port = Number(new URL(host.url).port)
      forgetSent(port)
      return {
        url: host.url,
        events: async () => events,
        async close() {
          await host.close()
          expectBalanced(events, { requests: port, answers: [originPort] })
        },
      }
    },
  }
}
