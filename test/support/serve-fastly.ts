// PORT=… ORIGIN=http://127.0.0.1:… POLICY=file.json node test/support/serve-fastly.ts [--linked]
// The built Compute service in the test host, as a gateway command: prints `ready URL`, and a line for each instance that took more CPU than the platform allows a request.
import { readFileSync } from 'node:fs'
import { startFastlyHost } from './fastly-host/host.ts'
import { buildService } from './platform-fastly.ts'
import { buildLinkedService } from './platform-fastly-linked.ts'

/** CPU milliseconds of an instance, by Fastly's documentation. */
const LIMIT = 50

const { PORT, ORIGIN, POLICY } = process.env
if (!PORT || !ORIGIN || !POLICY) {
  process.stderr.write('serve-fastly: PORT, ORIGIN and POLICY are needed\n')
  process.exit(2)
}
const wasm = await (process.argv.includes('--linked') ? buildLinkedService() : buildService())
const host = await startFastlyHost({
  wasm,
  port: Number(PORT),
  backends: { origin: ORIGIN },
  configStores: { dlp: { policy: readFileSync(POLICY, 'utf8') } },
  onRun: ({ method, path, cpuMs, trap }) => {
    if (trap !== undefined) process.stdout.write(`trap: ${method} ${path.split('?')[0]} ${trap}\n`)
    if (cpuMs > LIMIT) process.stdout.write(`over ${LIMIT} ms of CPU: ${method} ${path.split('?')[0]} ${Math.round(cpuMs)} ms\n`)
  },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0))
process.stdout.write(`ready ${host.url}\n`)
