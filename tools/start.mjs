// npm start: serves the gateway in workerd. Plain JavaScript: runs on any Node from 20 on, and installs what it needs.
//   npm start                                                  with the demo's origin and policy, on port 8787
//   PORT=… ORIGIN=http://… POLICY=file.json npm start          in front of a service of yours
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const say = (text) => process.stdout.write(`${text}\n`)
const end = (text) => {
  process.stderr.write(`npm start: ${text}\n`)
  process.exit(1)
}

/** Needed to serve; the rest of the packages is for tests and deployments. */
const NEEDED = ['miniflare', 'esbuild', 'hono', 'fflate', 'valibot', 'brotli-dec-wasm']
if (NEEDED.some((name) => !existsSync(`${root}node_modules/${name}/package.json`))) {
  say('Installing what serving needs (npm ci --omit=dev) …')
  const { status } = spawnSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0) end('the packages could not be installed')
}

const port = Number(process.env.PORT ?? 8787)
if (!Number.isInteger(port) || port < 1 || port > 65535) end('PORT: a port number is needed')
const demo = process.env.ORIGIN === undefined
const policyFile = process.env.POLICY ?? `${root}demo/policy.json`
let policy
try {
  policy = readFileSync(policyFile, 'utf8')
} catch (error) {
  end(`POLICY: ${policyFile} cannot be read (${error.code})`)
}

const { serveWorker } = await import('./serve-worker.mjs')
const { startOrigin, TOKEN } = await import('../demo/origin.mjs')
await checkPolicy(policy)
const origin = demo ? await startOrigin() : undefined
const bindings = {
  ORIGIN: demo ? origin.url : process.env.ORIGIN,
  POLICY: policy,
  CONSOLE: process.env.EVENTS === undefined ? 'off' : 'on',
}
if (process.env.DLP_KEY !== undefined) bindings.DLP_KEY = process.env.DLP_KEY
const log = (text) => (process.env.EVENTS === undefined ? undefined : process.stderr.write(text))
const server = await serveWorker({ port, bindings, log, outdir: `${root}dist/start-${port}` }).catch((error) =>
  end(String(error.message ?? error).split('\n')[0]),
)

let ending = false
const stop = async () => {
  if (ending) return
  ending = true
  // workerd ends with its pipe; what hangs is not waited for.
  setTimeout(() => process.exit(0), 2000).unref()
  origin?.close()
  await server.close().catch(() => {})
  process.exit(0)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.removeAllListeners(signal)
  process.on(signal, stop)
}
// npm does not pass every signal on: when it is gone, so are we.
const parent = process.ppid
setInterval(() => process.ppid !== parent && stop(), 500).unref()

const url = `http://127.0.0.1:${port}`
if (demo) {
  say(`edge-dlp serves the demo shop at ${url}; try:

  curl -s ${url}/orders -H 'content-type: application/json' -d '{"item":"lamp","card":"4111111111111111"}'
      the card is masked before the shop gets it
  curl -s ${url}/login -H 'content-type: application/json' -d '{"token":"${TOKEN}"}'
      the token is blocked before the shop gets it
  curl -s ${url}/boom
      the stack trace leaks a card and a token, and both are scrubbed
  curl -s ${url}/orders
      orders come back with masked cards
`)
}
say(`ready ${url}`)

/** Says a mistake in the policy before anything is served. */
async function checkPolicy(text) {
  const { build } = await import('esbuild')
  const contents = `export { parsePolicy } from './src/policy/schema.ts'; export { compilePolicy } from './src/policy/compile.ts'; export { placedRules } from './rules/index.ts'`
  const built = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  const { parsePolicy, compilePolicy, placedRules } = await import(
    `data:text/javascript;base64,${Buffer.from(built.outputFiles[0].text).toString('base64')}`
  )
  try {
    compilePolicy(parsePolicy(text), placedRules, '')
  } catch (error) {
    end(`POLICY: ${error.message}`)
  }
}
