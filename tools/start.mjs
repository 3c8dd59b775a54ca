// npm start: serves the gateway in workerd. Plain JavaScript: runs on any Node from 20 on, and installs what it needs.
//   npm start                                                  with the demo's origin and policy, on port 8787
//   PORT=… ORIGIN=http://… POLICY=file.json npm start          in front of a service of yours
//   CONSOLE=off   no console at /_dlp/         STATE=folder   where what it remembers is kept (default .edge-dlp/PORT)
//   DLP_KEY=…   key of the action hash       EVENTS=1   events on stderr, one JSON line a message
//   POLICY_KEY=…   the policy file is a signed bundle
// The policy file may change while it serves: it is read again, and what is broken is said and not used.
import { mkdirSync, readFileSync, unwatchFile, watchFile } from 'node:fs'
import net from 'node:net'
import { resolve } from 'node:path'
import { missing, npm, root } from './installed.mjs'

const say = (text) => process.stdout.write(`${text}\n`)
/** What must end with us; the newest first. */
const closers = []

let ending = false
async function stop(code) {
  if (ending) return
  ending = true
  // What hangs is not waited for.
  setTimeout(() => process.exit(code), 2_000)
  for (const close of closers.reverse()) await Promise.resolve(close()).catch(() => {})
  process.exit(code)
}
async function fail(text) {
  process.stderr.write(`npm start: ${text}\n`)
  await stop(1)
}
const onSignals = () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.removeAllListeners(signal)
    process.on(signal, () => stop(0))
  }
}
onSignals()
// npm does not live to pass on a SIGKILL: when it is gone, so are we.
const parent = process.ppid
if (process.env.npm_lifecycle_event !== undefined) setInterval(() => process.ppid !== parent && stop(0), 250).unref()

await main().catch((error) => fail(String(error?.message ?? error).split('\n')[0]))

async function main() {
  const began = performance.now()
  const settings = readSettings()
  if (typeof settings === 'string') return fail(settings)
  await install()
  if (ending) return
  const { port, file, policy, demo } = settings
  if (!(await isFree(port))) return fail(`PORT: ${port} is in use on 127.0.0.1`)
  const shop = demo ? await import('../demo/origin.mjs') : undefined
  const origin = await shop?.startOrigin()
  if (origin !== undefined) closers.push(() => origin.close())
  const bindings = {
    ORIGIN: origin?.url ?? process.env.ORIGIN,
    CONSOLE: process.env.EVENTS ? 'on' : 'off',
    POLICY_FRESH_SECONDS: '1',
  }
  for (const name of ['DLP_KEY', 'POLICY_KEY']) if (process.env[name] !== undefined) bindings[name] = process.env[name]
  const mistake = await findMistake({ ...bindings, POLICY: policy })
  if (mistake !== undefined) return fail(mistake)

  const { serveWorker } = await import('./serve-worker.mjs')
  const log = (line) => {
    if (process.env.EVENTS || line.startsWith('{"schema":"edge-dlp/error/')) process.stderr.write(`${line}\n`)
  }
  if (ending) return
  const withConsole = process.env.CONSOLE !== 'off'
  if (withConsole) bindings.CONSOLE_LOCAL = `127.0.0.1:${port},localhost:${port}`
  const state = withConsole ? resolve(process.env.STATE || `${root}.edge-dlp/${port}`) : undefined
  if (state !== undefined) mkdirSync(state, { recursive: true })
  const server = await serveWorker({ port, bindings, kv: ['POLICY_KV'], state, log })
  closers.push(server.close)
  // The policy goes the way that it goes in a deployment, through KV.
  const store = await server.miniflare.getKVNamespace('POLICY_KV')
  await store.put('policy', policy)
  watchFile(file, { interval: 250 }, () => {
    try {
      const text = readFileSync(file, 'utf8')
      // A file that is being written is empty for a moment.
      if (text !== '') void store.put('policy', text).catch(() => {})
    } catch (error) {
      process.stderr.write(`npm start: POLICY: ${file} cannot be read (${error.code}); the policy stays\n`)
    }
  })
  closers.push(() => unwatchFile(file))
  // Miniflare's own handlers end the process before ours are through.
  onSignals()
  const { stop: stopEsbuild } = await import('esbuild')
  await stopEsbuild()
  const url = `http://127.0.0.1:${port}`
  if (demo)
    say(
      `edge-dlp in front of its demo shop, after ${((performance.now() - began) / 1000).toFixed(1)} s. Try:\n\n${lines(url, shop)}`,
    )
  if (withConsole) say(`  The console: ${url}/_dlp/\n`)
  say(`ready ${url}`)
}

/** The environment, checked as far as nothing has to be installed for; a text says what is wrong. */
function readSettings() {
  const { PORT = '8787', ORIGIN, POLICY } = process.env
  const port = Number(PORT)
  if (!/^\d{1,5}$/.test(PORT) || port < 1 || port > 65_535) return 'PORT: a number from 1 to 65535 is needed'
  const file = POLICY ?? `${root}demo/policy.json`
  try {
    return { port, demo: ORIGIN === undefined, file, policy: readFileSync(file, 'utf8') }
  } catch (error) {
    return `POLICY: ${file} cannot be read (${error.code})`
  }
}

/** Installs what serving needs: the workspace `demo` and what the Worker itself is made of, and none of the tools. */
async function install() {
  const needed = ['package.json', 'demo/package.json'].flatMap((file) =>
    Object.keys(JSON.parse(readFileSync(root + file, 'utf8')).dependencies),
  )
  if (missing(needed).length === 0) return
  const command = ['ci', '--omit=dev', '--workspace=demo', '--include-workspace-root']
  say(`Installing what serving needs (npm ${command.join(' ')}) …`)
  const { child, done } = npm(command)
  closers.push(() => child.kill('SIGKILL'))
  const status = await done
  closers.pop()
  if (status !== 0 && !ending) await fail('the packages could not be installed')
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Prepares a gateway here, as the Worker will: what is wrong with origin, policy or key is said before anything is served. */
async function findMistake({ ORIGIN, POLICY, DLP_KEY, POLICY_KEY }) {
  const { build } = await import('esbuild')
  const { writeTables } = await import('./write-tables.mjs')
  // The tables that the Worker will load: to compile the rules takes seconds.
  await writeTables()
  const [tables, screenTables] = ['rules', 'screen'].map((name) => readFileSync(`${root}dist/tables/${name}.bin`))
  const built = await build({
    stdin: {
      contents: `import { placedRules } from './rules/index.ts'
        import { readBuiltTables } from './src/pipeline/build-tables.ts'
        import { createEngine } from './src/pipeline/engine.ts'
        import { createPortableKernel } from './src/scanner/kernels/portable/kernel.ts'
        export const engineOf = (tables) =>
          createEngine({ rules: placedRules, kernel: createPortableKernel(), ...readBuiltTables(tables) })
        export { createGateway } from './src/gateway/gateway.ts'
        export { parseOrigins } from './src/gateway/origins.ts'
        export { openPolicyText } from './src/policy/bundle.ts'
        export { parseBundleKeys } from './src/policy/signature.ts'`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  })
  const code = Buffer.from(built.outputFiles[0].text).toString('base64')
  const parts = await import(`data:text/javascript;base64,${code}`)
  const { createGateway, engineOf, parseOrigins, openPolicyText, parseBundleKeys } = parts
  const names = { key: 'DLP_KEY', POLICY_KEY: 'POLICY_KEY' }
  try {
    const keys = POLICY_KEY === undefined ? undefined : parseBundleKeys(POLICY_KEY, 'POLICY_KEY')
    // The command serves under any Node from 20 on, which knows Ed25519 and HMAC.
    const { policy } = await openPolicyText(POLICY, keys, globalThis.crypto.subtle)
    createGateway({ origin: parseOrigins(ORIGIN), policy, key: DLP_KEY, engine: engineOf({ tables, screenTables }), fetch })
  } catch (error) {
    const name = /^origin\b/.test(error.option) ? 'ORIGIN' : (names[error.option] ?? 'POLICY')
    return `${name}: ${error.message}`
  }
}

function lines(url, { TOKEN, CARD }) {
  const json = `-H 'content-type: application/json'`
  return `  1. An order with a card: the shop, which answers with what it got, sees the last four digits.
     curl -s ${url}/orders ${json} -d '{"item":"lamp","card":"${CARD}"}'
  2. A login with a token: blocked, the shop never sees it.
     curl -s ${url}/login ${json} -d '{"token":"${TOKEN}"}'
  3. An error whose stack trace leaks a card and a token: both are scrubbed.
     curl -s ${url}/boom
  4. A message with nothing to find passes as it is.
     curl -s ${url}/support ${json} -d '{"message":"Where is my lamp?"}'
`
}
