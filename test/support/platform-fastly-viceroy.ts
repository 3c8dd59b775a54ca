import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
// Plain JavaScript, shared with the build.
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { buildFastly } from './fastly-host/build.ts'
import { freePort } from './free-port.ts'
import type { Platform } from './platforms.ts'

const DIST = join(import.meta.dirname, '../../dist/test')
/** It compiles the module at each start. */
const START_MS = 120_000
/** How it tells of a log endpoint's lines. */
const LOGGED = /^dlp :: (\{.*\})$/

let built: Promise<string> | undefined

/** The built Fastly module in Fastly's own local runtime, `viceroy`, which must be on the PATH. */
export const platform: Platform = {
  name: 'fastly-viceroy',
  async start(policy, originPort, { key } = {}) {
    built ??= bundleFastly(undefined, join(DIST, 'service.js')).then((script: string) =>
      buildFastly(script, join(DIST, 'fastly.wasm')),
    )
    const wasm = await built
    const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-viceroy-'))
    const manifest = join(folder, 'fastly.toml')
    writeFileSync(manifest, manifestOf(policy, originPort, key))
    const port = await freePort()
    const child = spawn('viceroy', ['-C', manifest, '--addr', `127.0.0.1:${port}`, wasm], { stdio: ['ignore', 'pipe', 'pipe'] })
    const events: Record<string, unknown>[] = []
    createInterface({ input: child.stdout }).on('line', (line) => {
      const logged = LOGGED.exec(line)
      if (logged !== null) events.push(JSON.parse(logged[1]))
    })
    let told = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told = (told + text).slice(-2000)
    })
    let ended: string | undefined
    child.on('error', (error) => (ended = error.message)).on('exit', (status) => (ended ??= `ended with ${status}: ${told}`))
    const until = performance.now() + START_MS
    while (!(await listens(port))) {
      if (ended !== undefined) throw new Error(`viceroy: ${ended}`)
      if (performance.now() > until) throw new Error('viceroy does not start')
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    return {
      url: `http://127.0.0.1:${port}`,
      events: async () => events,
      async close() {
        child.kill('SIGKILL')
        rmSync(folder, { recursive: true, force: true })
      },
    }
  },
}

function manifestOf(policy: string, originPort: number, key: string | undefined): string {
  // A JSON string is one of TOML.
  const lines = [
    'manifest_version = 3',
    'name = "edge-dlp"',
    'language = "javascript"',
    '[local_server.backends.origin]',
    `url = "http://127.0.0.1:${originPort}"`,
    '[local_server.config_stores.dlp]',
    'format = "inline-toml"',
    '[local_server.config_stores.dlp.contents]',
    `policy = ${JSON.stringify(policy)}`,
  ]
  if (key !== undefined) lines.push('[[local_server.secret_stores.dlp]]', 'key = "key"', `data = ${JSON.stringify(key)}`)
  return `${lines.join('\n')}\n`
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
