import { join } from 'node:path'
import { writeLinkedEngine } from '../../tools/build-fastly.ts'
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from './fastly-host/build.ts'
import { fastlyPlatform } from './platform-fastly.ts'

const DIST = join(import.meta.dirname, '../../dist/test')

/** The Fastly module built on an engine with the kernel linked in, in the test host. */
export const platform = fastlyPlatform('fastly-linked', buildLinkedService)

/** Builds the service on an engine with the kernel linked in; the module's path. */
export async function buildLinkedService(): Promise<string> {
  const engine = join(DIST, 'linked-engine.wasm')
  writeLinkedEngine(engine)
  const script = await bundleFastly(undefined, join(DIST, 'linked-service.js'), true)
  return buildFastly(script, join(DIST, 'fastly-linked.wasm'), { engine })
}
