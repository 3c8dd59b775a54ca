import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { makeKeys, payloadOf } from '../../support/bundles.ts'
import { freePort } from '../../support/free-port.ts'
import { RawConnection, type RawOrigin, type RawResult, rawRequest, startRawOrigin } from '../../support/raw-socket.ts'
import { pidOfPort } from '../../support/workers.ts'

/** `npm start` as people and machines use it: the real command, the real socket. */
const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-start-'))
const CARD = '4111111111111111'
const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

interface Started {
  readonly child: ChildProcess
  readonly port: number
  readonly url: string
  output(): { out: string; err: string }
  /** Settles with the exit code when the command has ended; rejects when it has not after `ms`. */
  ended(ms: number): Promise<number | null>
}

const running: Started[] = []
afterEach(() => {
  for (const { child } of running.splice(0)) killGroup(child)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function killGroup(child: ChildProcess) {
  try {
    process.kill(-child.pid!, 'SIGKILL')
  } catch {
    // Gone.
  }
}

/** Starts the command in a process group of its own; no wait. */
async function spawnStart(env: Record<string, string>): Promise<Started> {
  const port = await freePort()
  const { ORIGIN: _, POLICY: __, DLP_KEY: ___, EVENTS: ____, POLICY_KEY: _____, ...clean } = process.env
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...clean, PORT: String(port), STATE: join(folder, String(port)), ...env },
  })
  let out = ''
  let err = ''
  child.stdout!.on('data', (data) => (out += data))
  child.stderr!.on('data', (data) => (err += data))
  const exited = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const started: Started = {
    child,
    port,
    url: `http://127.0.0.1:${port}`,
    output: () => ({ out, err }),
    ended: (ms) =>
      Promise.race([
        exited,
        new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`still running after ${ms} ms\n${out}${err}`)), ms)),
      ]),
  }
  running.push(started)
  return started
}

async function start(env: Record<string, string>): Promise<Started> {
  const started = await spawnStart(env)
  for (const until = performance.now() + 30_000; !started.output().out.includes(`ready ${started.url}\n`); await sleep(20)) {
    if (performance.now() > until || started.child.exitCode !== null) throw new Error(JSON.stringify(started.output()))
  }
  return started
}

function policyFile(name: string, policy: unknown): string {
  const file = join(folder, `${name}.json`)
  writeFileSync(file, typeof policy === 'string' ? policy : JSON.stringify(policy))
  return file
}

/** Sends what a printed `curl` line says. */
function runCurl(line: string): Promise<RawResult> {
  const { url } = /curl -s (?<url>http:\S+)/.exec(line)!.groups!
  const header = /-H '([^:]+): ([^']+)'/.exec(line)
  const body = /-d '([^']*)'/.exec(line)?.[1]
  const { origin, pathname } = new URL(url)
  return rawRequest(origin, { path: pathname, headers: header === null ? [] : [[header[1], header[2]]], body })
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

describe('without anything set', () => {
  it('serves the demo shop, and the four printed lines show what they say', async () => {
    const { output } = await start({})
    const lines = output()
      .out.split('\n')
      .filter((line) => line.includes('curl -s '))
    expect(lines).toHaveLength(4)
    const [order, login, boom, support] = await Promise.all(lines.map(async (line) => (await runCurl(line)).message!))
    expect(order.status).toBe(201)
    expect(JSON.parse(order.text()).received.card).toBe('************1111')
    expect(login).toMatchObject({ status: 403, complete: true })
    expect(login.header('content-type')).toBe('application/problem+json')
    expect(JSON.parse(login.text())).toMatchObject({ code: 'dlp-blocked', rules: ['github-token'] })
    expect(boom.status).toBe(500)
    expect(boom.text()).toContain('[redacted:GITHUB_TOKEN]')
    expect(JSON.parse(support.text()).youWrote).toEqual({ message: 'Where is my lamp?' })
    for (const { text } of [order, login, boom, support]) {
      expect(text()).not.toContain(CARD)
      expect(text()).not.toContain(TOKEN)
    }
  })
})

describe('in front of a service', () => {
  let origin: RawOrigin
  const answers: Record<string, Parameters<typeof startRawOrigin>[0]> = {}
  beforeAll(async () => {
    origin = await startRawOrigin((request) => answers[request.target]?.(request) ?? { body: 'ok' })
  })
  afterAll(() => origin.close())

  const gzip = gzipSync('a clean text, '.repeat(300))
  const br = brotliCompressSync('a clean text, '.repeat(300))
  answers['/gzip'] = () => ({ headers: [['content-encoding', 'gzip'], ['content-type', 'text/plain']], body: gzip }) // biome-ignore format: one line an answer
  answers['/br'] = () => ({ headers: [['content-encoding', 'br'], ['content-type', 'text/plain']], body: br }) // biome-ignore format: one line an answer
  answers['/chunks'] = () => ({ headers: [['content-type', 'text/plain']], body: ['one ', 'two ', 'three'], pauseMs: 20 })
  answers['/last'] = (request) => ({ headers: [['content-type', 'text/plain']], body: request.body() })

  const policy = policyFile('enforce', {
    mode: 'enforce',
    request: { payment: { mask: { keepLast: 4 } }, credentials: 'block' },
    response: { payment: 'redact', credentials: 'redact' },
  })

  it('is healthy, masks, blocks, and keeps what has nothing to find byte for byte', async () => {
    const { url } = await start({ ORIGIN: origin.url, POLICY: policy })
    expect((await rawRequest(url, { path: '/_dlp/health' })).message).toMatchObject({ status: 200, complete: true })
    expect(origin.requests).toHaveLength(0)

    const json = [['content-type', 'application/json']] as const
    await rawRequest(url, { headers: json, body: `{"card":"${CARD}"}` })
    expect(origin.requests.at(-1)?.text()).toBe('{"card":"************1111"}')

    origin.clear()
    const { message: blocked } = await rawRequest(url, { headers: json, body: `{"token":"${TOKEN}"}` })
    expect(blocked?.status).toBe(403)
    expect(JSON.parse(blocked!.text())).toMatchObject({ code: 'dlp-blocked', side: 'request' })
    expect(origin.requests.filter(({ complete }) => complete)).toEqual([])

    const accept = [['accept-encoding', 'gzip, br']] as const
    for (const [path, bytes] of [
      ['/gzip', gzip],
      ['/br', br],
    ] as const) {
      const { message } = await rawRequest(url, { path, headers: accept })
      expect(message?.header('content-encoding')).toBe(path.slice(1))
      expect(message?.body().equals(bytes)).toBe(true)
    }
    // A client that takes none of them gets the same bytes from this socket: whoever re-codes is not here.
    expect((await rawRequest(url, { path: '/br', headers: [['accept-encoding', 'identity']] })).message?.body().equals(br)).toBe(
      true,
    )
    for (const coded of [gzip, br]) {
      const coding = [
        ['content-encoding', coded === br ? 'br' : 'gzip'],
        ['content-type', 'text/plain'],
      ] as const
      const { message } = await rawRequest(url, { path: '/last', headers: coding, body: coded })
      expect(message?.body().equals(coded)).toBe(true)
    }
  })

  it('an observing policy passes chunks as they come, keeps connections and serves many at once', async () => {
    const observe = policyFile('observe', { mode: 'observe', request: { '*': 'redact' }, response: { '*': 'redact' } })
    const { url, output } = await start({ ORIGIN: origin.url, POLICY: observe, EVENTS: '1' })
    const { message } = await rawRequest(url, { path: '/chunks' })
    expect(message?.text()).toBe('one two three')
    expect(message?.framing).toBe('chunked')
    expect(message!.pieces.at(-1)!.at - message!.pieces[0].at).toBeGreaterThan(20)

    const connection = await RawConnection.open(url)
    for (let i = 0; i < 5; i++) {
      const { message } = await connection.request({
        path: '/last',
        body: `message ${i}`,
        headers: [['content-type', 'text/plain']],
      })
      expect(message?.text()).toBe(`message ${i}`)
    }
    connection.destroy()

    const many = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        rawRequest(url, { path: '/last', body: [`card ${CARD} `, `of ${i}`], headers: [['content-type', 'text/plain']] }),
      ),
    )
    expect(many.map(({ message }) => message?.text())).toEqual(many.map((_, i) => `card ${CARD} of ${i}`))
    await expect
      .poll(
        () =>
          output()
            .err.split('\n')
            .filter((line) => line.includes('edge-dlp/event/1')).length,
      )
      .toBe(112)
    expect(output().err).not.toContain(CARD)
  })
})

describe('the policy file changes while it serves', () => {
  let origin: RawOrigin
  beforeAll(async () => {
    origin = await startRawOrigin()
  })
  afterAll(() => origin.close())
  const request = { payment: 'redact' } as const
  const headers = [['content-type', 'text/plain']] as const

  it('what is put in it is in force within seconds; what is broken is said and not used', async () => {
    const file = policyFile('changing', { mode: 'observe', request })
    const { url, output } = await start({ ORIGIN: origin.url, POLICY: file })
    const sees = async () => {
      await rawRequest(url, { headers, body: `card ${CARD}` })
      return origin.requests.at(-1)!.text()
    }
    expect(await sees()).toBe(`card ${CARD}`)
    policyFile('changing', { mode: 'enforce', request })
    await expect.poll(sees, { timeout: 10_000 }).toBe('card [redacted:CREDIT_CARD]')
    policyFile('changing', '{"mode":"obs')
    await expect
      .poll(async () => [await sees(), output().err], { timeout: 10_000 })
      .toEqual(['card [redacted:CREDIT_CARD]', expect.stringMatching(/POLICY_KV: .*not valid JSON/)])
  })

  it('with a key, only a signed bundle is taken', async () => {
    const keys = await makeKeys()
    const file = policyFile('signed', await keys.sign(payloadOf(1, { mode: 'enforce', request })))
    const { url } = await start({ ORIGIN: origin.url, POLICY: file, POLICY_KEY: keys.ed25519 })
    await rawRequest(url, { headers, body: `card ${CARD}` })
    expect(origin.requests.at(-1)!.text()).toBe('card [redacted:CREDIT_CARD]')
  })
})

describe('what is wrong is said before anything is served', () => {
  const good = policyFile('good', { request: { payment: 'redact' } })
  it.each([
    ['a policy that is no JSON', { POLICY: policyFile('broken', '{"mode":') }, /POLICY: .*not valid JSON/],
    ['an unknown key', { POLICY: policyFile('key', { mod: 'enforce' }) }, /POLICY: .*mod.*there is no such option/],
    [
      'an unknown selector',
      { POLICY: policyFile('selector', { request: { 'payment/nothing': 'redact' } }) },
      /POLICY: .*payment\/nothing/,
    ],
    ['a policy file that is not there', { POLICY: join(folder, 'none.json') }, /POLICY: .*cannot be read \(ENOENT\)/],
    ['a policy that is not signed, with a key', { POLICY: good, POLICY_KEY: `hmac:${'00'.repeat(32)}` }, /POLICY: .*not signed/],
    ['a policy key that is none', { POLICY: good, POLICY_KEY: 'hmac:00' }, /POLICY_KEY: /],
    ['an origin that is no URL', { ORIGIN: 'shop', POLICY: good }, /ORIGIN: /],
    ['an origin of a host that is none', { ORIGIN: '{"a.example":"shop"}', POLICY: good }, /ORIGIN: origin\["a.example"\]: /],
    ['an origin that is not HTTP', { ORIGIN: 'ftp://shop.example', POLICY: good }, /ORIGIN: /],
    ['a short key', { POLICY: good, DLP_KEY: 'abcd' }, /DLP_KEY: .*16 bytes/],
    ['a port out of range', { PORT: '70000' }, /PORT: /],
  ])('%s', async (_, env, expected) => {
    const started = await spawnStart({ ORIGIN: 'http://127.0.0.1:9', ...env } as Record<string, string>)
    expect(await started.ended(20_000)).toBe(1)
    expect(started.output().err).toMatch(expected)
    expect(started.output().out).not.toContain('ready')
  })

  it('a port that is taken', async () => {
    const server = net.createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const started = await spawnStart({ PORT: String((server.address() as net.AddressInfo).port) })
    expect(await started.ended(20_000)).toBe(1)
    expect(started.output().err).toMatch(/PORT: \d+ is in use/)
    server.close()
  })
})

describe.runIf(process.platform === 'linux')('ends within 3 s and leaves no child', () => {
  it.each([
    ['SIGTERM', 'npm'],
    ['SIGINT', 'npm'],
    ['SIGKILL', 'npm'],
    ['SIGTERM', 'node'],
    ['SIGINT', 'node'],
    ['SIGINT', 'group'],
  ] as const)('%s to %s', async (signal, whom) => {
    const { child, port, url, ended } = await start({})
    const workerd = pidOfPort(port)!
    const node = parentOf(workerd)
    const family = [node, workerd, ...childrenOf(node)]
    // A request under way must not hold it up.
    const connection = await RawConnection.open(url)
    connection.write('POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"a":')
    await sleep(50)
    if (whom === 'node') process.kill(node, signal)
    else process.kill(whom === 'npm' ? child.pid! : -child.pid!, signal)
    const code = await ended(3_000)
    if (signal !== 'SIGKILL') expect(code).toBe(0)
    await expect.poll(() => family.filter(isAlive), { timeout: 3_000 }).toEqual([])
    connection.destroy()
  })
})

const status = (pid: number, name: string) =>
  new RegExp(`^${name}:\\s+(\\S+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]
const parentOf = (pid: number) => Number(status(pid, 'PPid'))
function isAlive(pid: number): boolean {
  try {
    return status(pid, 'State') !== 'Z'
  } catch {
    return false
  }
}
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        return parentOf(child) === pid
      } catch {
        return false
      }
    })
}
