/**
 * npm run test:stranger [-- --without-tests]: does what README.md says, command after command, in a fresh clone of the last commit in an empty folder, with the machine's own
 * Node and npm and an empty npm cache. Each command must be known here and do what the text beside it promises; one that is new in README fails until it is. What needs an
 * account (`wrangler deploy`, `fastly compute publish`) is tried as far as it goes without one, and so said. `--without-tests` leaves `npm test` to who has run it already.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { freePort } from '../support/free-port.ts'
import { type RunDlp, tryDlpCommand } from './dlp-commands.ts'
import { writeExample } from './example.ts'
import { blocks, commands } from './readme.ts'

const { values } = parseArgs({ options: { 'without-tests': { type: 'boolean' } } })
const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-stranger-'))
const clone = join(folder, 'edge-dlp')
const CARD = '4111111111111111'

/** The environment of somebody who has just logged in: nothing of npm's, the project's tools on no path. */
const env: Record<string, string> = { NO_COLOR: '1', npm_config_cache: join(folder, 'npm') }
for (const [name, value] of Object.entries(process.env)) if (!/^npm_|^NODE/i.test(name)) env[name] ??= value!
env.PATH = env
  .PATH!.split(':')
  .filter((path) => !path.includes('node_modules'))
  .join(':')

interface Said {
  readonly code: number | null
  readonly out: string
}

function sh(command: string, cwd = clone, input = ''): Said {
  const { status, stdout, stderr, error } = spawnSync('bash', ['-c', command], {
    cwd,
    env,
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return { code: status, out: `${stdout}${status === 0 ? '' : `${stderr}${error ?? ''}`}` }
}

function demand(holds: boolean, said: string): asserts holds {
  if (!holds) throw new Error(said.slice(-2_000))
}
const succeed = (command: string, cwd = clone): string => {
  const { code, out } = sh(command, cwd)
  demand(code === 0, `exit ${code}: ${out}`)
  return out
}

/** Runs `npm start` as README writes it, on a free port, while `use` talks to it; then ends it as a terminal does. Answers nothing where no child was left. */
async function whileStarted(command: string, more: Record<string, string>, use: (url: string, said: string) => Promise<void>) {
  const port = String(await freePort())
  const text = command.replace(/\b(?:PORT|ORIGIN)=\S+ /g, '')
  const child = spawn('bash', ['-c', `exec ${text.replace(/^((?:[A-Z_]+=\S+ )*)/, 'env $1')}`], {
    cwd: clone,
    env: { ...env, PORT: port, ...more },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    let said = ''
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (said += data))
    const url = `http://127.0.0.1:${port}`
    for (const until = Date.now() + 180_000; !said.includes(`ready ${url}\n`); await new Promise((next) => setTimeout(next, 50)))
      demand(Date.now() < until && child.exitCode === null, `not ready: ${said}`)
    demand((await fetch(`${url}/_dlp/health`)).status === 200, 'health')
    await use(url, said)
  } finally {
    await end(child)
  }
}

/** Ctrl+C reaches the whole group. */
async function end(child: ChildProcess) {
  const gone = new Promise((resolve) => child.once('close', resolve))
  if (child.exitCode === null) {
    process.kill(-child.pid!, 'SIGINT')
    await gone
  }
}

/** The demo shop: the four printed lines, typed as they are. */
function demo(command: string) {
  return whileStarted(command, {}, async (_, said) => {
    const lines = said.match(/curl .*/g) ?? []
    demand(lines.length === 4, said)
    const [order, login, boom, support] = lines.map((line) => succeed(line))
    demand(/\*1111/.test(order) && !order.includes('4111'), order)
    demand(login.includes('blocked'), login)
    demand(boom.includes('[redacted:') && !/ghp_|4111/.test(boom), boom)
    demand(support.includes('Where is my lamp?'), support)
  })
}

/** A service of one's own, under the policy that README shows. */
async function ownService(command: string) {
  const received: string[] = []
  const service = http.createServer(async (request, response) => {
    let body = ''
    for await (const piece of request) body += piece
    received.push(body)
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ card: CARD }))
  })
  await new Promise<void>((ready) => service.listen(0, '127.0.0.1', ready))
  const ORIGIN = `http://127.0.0.1:${(service.address() as { port: number }).port}`
  writeFileSync(join(clone, 'policy.json'), blocks('json')[0])
  try {
    await whileStarted(command, { ORIGIN }, async (url) => {
      const send = (body: unknown) =>
        fetch(`${url}/pay`, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
      const answer = await (await send({ card: CARD })).text()
      demand(answer === '{"card":"[redacted:CREDIT_CARD]"}', answer)
      demand(received.join() === '{"card":"************1111"}', received.join())
      const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
      demand((await send({ token })).status === 403 && received.length === 1, received.join())
    })
  } finally {
    service.close()
  }
}

const app = join(folder, 'app')
const runDlp: RunDlp = (args, input) => {
  const quoted = args.map((argument) => `'${argument}'`).join(' ')
  const { code, out } = sh(`npm run -s dlp -- ${quoted}`, clone, input)
  return { code: code ?? -1, out }
}

/** What each command of README is, in the words of README. */
const FOLLOW: readonly [RegExp, (line: string) => void | string | Promise<void | string>][] = [
  [/^npm start$/, demo],
  [/^npm ci$/, (line) => void succeed(line)],
  [/^npm test$/, (line) => (values['without-tests'] ? 'left out: run before' : void succeed(line))],
  [/ npm start$/, ownService],
  [/^npm run -s dlp -- /, (line) => tryDlpCommand(line, runDlp, folder)],
  [/^npm pack$/, (line) => void succeed(line)],
  [
    /^npm install \S+\.tgz hono$/,
    (line) => {
      mkdirSync(app)
      writeFileSync(join(app, 'package.json'), '{"private":true,"type":"module"}')
      succeed(`cp ../edge-dlp/edge-dlp-*.tgz . && ${line}`, app)
      // The project's own Node, which reads TypeScript.
      const said = succeed(`${join(clone, 'node_modules/.bin/node')} ${writeExample(app)}`, app)
      demand(said.includes('holds'), said)
    },
  ],
  [
    /^npx wrangler deploy$/,
    (line) => {
      demand(succeed(`WRANGLER_SEND_METRICS=false ${line} --dry-run`).includes('gzip'), 'no bundle')
      return 'with --dry-run: the rest needs an account'
    },
  ],
  [/^npm run build:fastly/, (line) => demand((succeed(line), existsSync(join(clone, 'dist/fastly.wasm'))), 'no module')],
  [
    /^npx @fastly\/cli compute publish$/,
    () => {
      succeed('npm run build:fastly-package')
      return 'as far as the package, built and validated: the rest needs an account'
    },
  ],
]

let failed = 0
try {
  execFileSync('git', ['clone', '-q', '--no-hardlinks', root, clone])
  demand(
    readFileSync(join(clone, 'README.md'), 'utf8') === readFileSync(join(root, 'README.md'), 'utf8'),
    'README.md is not committed',
  )
  demand(commands.length > 10, 'README has few commands')
  for (const line of commands) {
    const known = FOLLOW.find(([shape]) => shape.test(line))
    const began = performance.now()
    try {
      if (known === undefined) throw new Error('README has a command that nobody follows here')
      const remark = await known[1](line)
      process.stdout.write(
        `ok      ${line}${remark ? `  (${remark})` : ''}  ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
      )
    } catch (error) {
      failed++
      process.stdout.write(`FAILED  ${line}\n        ${(error as Error).message.replaceAll('\n', '\n        ')}\n`)
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(`${commands.length - failed} of ${commands.length} commands do what README says\n`)
process.exit(failed === 0 ? 0 : 1)
