import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { placedRules } from '../rules/index.ts'
import { compilePolicy } from '../src/policy/compile.ts'
import { parsePolicy } from '../src/policy/schema.ts'

// What README.md shows is run as it stands there.

const root = fileURLToPath(new URL('..', import.meta.url))
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map((match) => match[1])
const scratch = mkdtempSync(join(tmpdir(), 'edge-dlp-readme-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

test('each policy is one', () => {
  const policies = blocks('json')
  expect(policies.length).toBeGreaterThan(0)
  for (const text of policies) compilePolicy(parsePolicy(text), placedRules, '')
})

test('the program compiles against the package and does what is said', async () => {
  const [program, ...others] = blocks('ts')
  expect(others).toEqual([])
  const file = join(scratch, 'example.mjs')
  const { warnings } = await build({
    stdin: { contents: `${program}\nexport { app, answer }`, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    // As the package's own entry; what is packed of it: test/end-to-end/package.test.ts.
    alias: { 'edge-dlp': join(root, 'src/index.ts') },
    outfile: file,
  })
  expect(warnings).toEqual([])
  const fetch = globalThis.fetch
  globalThis.fetch = async (_, init) =>
    new Response(`said ${init?.body instanceof Uint8Array ? Buffer.from(init.body).toString() : ''} of 4111111111111111`, {
      headers: { 'content-type': 'text/plain' },
    })
  try {
    const { app, answer } = await import(pathToFileURL(file).href)
    expect(await answer.text()).toBe('said text of [redacted:CREDIT_CARD]')
    app.post('/login', (c: { text(body: string): unknown }) => c.text('let in'))
    const login = { method: 'POST', body: JSON.stringify({ token }), headers: { 'content-type': 'application/json' } }
    expect((await app.request('/login', login)).status).toBe(403)
    expect(await (await app.request('/login', { ...login, body: '{}' })).text()).toBe('let in')
  } finally {
    globalThis.fetch = fetch
  }
})

describe('the commands', () => {
  const lines = [...readme.matchAll(/^(?:[A-Z_]+=\S+ )*npm .*$/gm)].map(([line]) => line)

  test('each npm script there is', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    const named = lines.map((line) => /npm (?:run (?:-s )?)?([\w:]+)/.exec(line)![1])
    expect(named.length).toBeGreaterThan(5)
    for (const name of named) if (name !== 'ci') expect(Object.keys(scripts)).toContain(name)
  })

  const run = (args: string[], input = '') => {
    try {
      return { code: 0, out: execFileSync('npm', ['run', '-s', 'dlp', '--', ...args], { cwd: root, input, encoding: 'utf8' }) }
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string }
      return { code: status, out: stdout }
    }
  }

  test.each([...readme.matchAll(/^npm run -s dlp -- (\w+)([^#\n]*?)(?: {2,}.*)?$/gm)].map(([, name, rest]) => [name, rest]))(
    '%s%s',
    (name, rest) => {
      const file = join(scratch, 'leak.json')
      writeFileSync(file, JSON.stringify({ card: '4111111111111111' }))
      const options = [...rest.matchAll(/--([a-z-]+)/g)].map(([, option]) => option)
      if (name === 'scan' && options.includes('jsonl')) {
        const { code, out } = run(['scan', '--jsonl'], '{"id":"a","text":"card 4111111111111111"}\n')
        expect(code).toBe(0)
        expect(JSON.parse(out)).toMatchObject({ id: 'a', findings: [{ rule: 'credit-card', start: 5, end: 21 }] })
      } else if (name === 'scan') {
        const { code, out } = run(['scan', '--json', '--rules', 'payment', '--min-confidence', 'medium', file])
        expect(code).toBe(1)
        expect(out).toContain('credit-card')
      } else if (name === 'scrub') {
        const { code, out } = run(['scrub', '--content-type', 'application/json'], '{"card":"4111111111111111"}')
        expect([code, out]).toEqual([0, '{"card":"[redacted:CREDIT_CARD]"}'])
      } else if (name === 'bench') {
        const { code, out } = run(['bench', '--json', '--rules', 'payment', file])
        expect(code).toBe(0)
        expect(JSON.parse(out).files[0].matches).toBe(1)
      } else if (name === 'bundle') {
        const [policy, key] = [join(scratch, 'policy.json'), join(scratch, 'key')]
        writeFileSync(policy, '{"request":{"payment":"redact"}}')
        writeFileSync(key, run(['bundle', '--new-key', 'hmac']).out.split(/\s/)[1])
        const { code, out } = run(['bundle', '--policy', policy, '--version', '1', '--not-after', '30d', '--kill', '--key', key])
        expect(code).toBe(0)
        expect(out).toMatch(/^edge-dlp\/bundle\/1 hmac=/)
      } else if (name === 'init') {
        const { code, out } = run([
          'init',
          '--kind',
          'api',
          '--country',
          'us,uk',
          '--route',
          'orders=/orders*',
          '--skip',
          '/health*',
        ])
        expect(code).toBe(0)
        expect(JSON.parse(out)).toMatchObject({ mode: 'observe', routes: [{ name: 'orders' }, { skip: true }] })
      } else if (name === 'report') {
        const { code, out } = run(['report', '--json', '-'], '{"schema":"edge-dlp/error/1"}\n')
        expect(code).toBe(0)
        expect(JSON.parse(out)).toMatchObject({ messages: 0, routes: [] })
      } else if (name === 'suppress') {
        const policy = join(scratch, 'suppressed.json')
        writeFileSync(policy, '{"request":{"payment":"redact"}}')
        const given = ['--rule', 'payment', '--path', '/id', '--reason', 'a test', '--expires', '30d']
        expect(run(['suppress', policy, ...given])).toEqual({ code: 0, out: '' })
        expect(run(['suppress', '--list', policy]).out).toContain('a test')
      } else {
        const { code, out } = run([name, ...(options.includes('json') ? ['--json'] : [])])
        expect(code).toBe(0)
        expect(out).toContain('credit-card')
      }
    },
  )
})

test('each file of the project it names is there', () => {
  const files = [...readme.matchAll(/`((?:docs|src|test|adapters|demo|rules)\/[\w./-]+|[\w.-]+\.(?:toml|schema\.json))`/g)].map(
    ([, file]) => file,
  )
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) expect([file, existsSync(join(root, file))]).toEqual([file, true])
})
