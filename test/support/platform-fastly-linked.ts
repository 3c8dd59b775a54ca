import { join } from 'node:path'
import { writeLinkedEngine } from '../../tools/build-fastly.ts'
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from './fastly-host/build.ts'
import { fastlyPlatform } from './platform-fastly.ts'

const DIST = join(import.meta.dirname, '../../dist/test')

/** The Fastly module built on an engine with the kernel linked in, in the test host. */
export const platform = fastlyPlatform('fastly-linked', async () => {
  const engine = join(DIST, 'linked-engine.wasm')
  writeLinkedEngine(engine)
  const script = await bundleFastly(undefined, join(DIST, 'linked-service.js'), true)
  return buildFastly(script, join(DIST, 'fastly-linked.wasm'), { engine })
})
