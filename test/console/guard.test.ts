import { describe, expect, it } from 'vitest'
import { createGuard } from '../../src/console/guard.ts'
import { digest, HOST, LOCAL, startConsole } from './support.ts'

const TOKEN = 'correct-horse-battery-staple-0123456789'

describe('on this machine', () => {
  const { ask } = startConsole()
  const status = async (...[path, init]: Parameters<typeof ask>) => (await ask(path, init)).status

  it('answers its own page without a token', async () => {
    expect(await status('')).toBe(200)
    expect(await status('api/overview')).toBe(200)
    expect(await status('api/overview', { headers: { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' } })).toBe(200)
  })

  it('answers under no other name than its own, so that a foreign name for this address leads nowhere', async () => {
    for (const url of ['http://evil.example', 'http://evil.example:8787', 'http://127.0.0.1:9999', 'http://10.0.0.7:8787']) {
      expect(await status('', { url }), url).toBe(403)
      expect(await status('api/overview', { url }), url).toBe(403)
    }
    expect(await status('api/overview', { headers: { host: 'evil.example' } })).toBe(403)
  })

  it('answers nobody behind a proxy', async () => {
    for (const name of ['forwarded', 'x-forwarded-for', 'cf-connecting-ip', 'via'])
      expect(await status('api/overview', { headers: { [name]: '203.0.113.7' } }), name).toBe(403)
  })

  it('answers no other site', async () => {
    const text = JSON.stringify({})
    const foreign: Record<string, string>[] = [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ]
    for (const headers of foreign) {
      expect(await status('api/overview', { headers }), JSON.stringify(headers)).toBe(403)
      expect(await status('api/policy', { headers, body: { text } }), JSON.stringify(headers)).toBe(403)
    }
  })

  it('takes no form that a page can send without asking', async () => {
    expect(await status('api/policy', { body: { text: '{}' }, headers: { 'content-type': 'text/plain' } })).toBe(415)
  })

  it('refuses to be opened for names that are not of this machine', () => {
    for (const hosts of [[], ['api.example'], ['127.0.0.1.evil.example'], ['0.0.0.0:8787']])
      expect(() => createGuard({ kind: 'local', hosts }, digest)).toThrow(/CONSOLE_LOCAL/)
    expect(() => createGuard(LOCAL, digest)).not.toThrow()
  })
})

describe('in a deployment', () => {
  const { ask } = startConsole({ access: { kind: 'token', token: TOKEN } })
  const url = 'https://api.example'
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

  it('tells nothing without the token', async () => {
    for (const path of ['api/overview', 'api/traffic', 'api/flows', 'api/suppressions', 'api/nothing']) {
      const answer = await ask(path, { url })
      expect(answer.status, path).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(await answer.json()).toEqual({ option: 'token', message: 'a token is needed' })
    }
    expect((await ask('api/try', { url, body: {} })).status).toBe(401)
  })

  it('lets in by the right token in its header, and by no other', async () => {
    expect((await ask('api/overview', { url, headers: bearer(TOKEN) })).status).toBe(200)
    for (const wrong of ['', 'x', TOKEN.slice(0, -1), `${TOKEN}0`, TOKEN.toUpperCase(), `${TOKEN} `.repeat(2)])
      expect((await ask('api/overview', { url, headers: bearer(wrong) })).status, wrong).toBe(401)
    expect((await ask('api/overview', { url, headers: { authorization: TOKEN } })).status).toBe(401)
    expect((await ask('api/overview', { url, headers: { cookie: `token=${TOKEN}` } })).status).toBe(401)
    expect((await ask(`api/overview?token=${TOKEN}`, { url })).status).toBe(401)
  })

  it('shows how to sign in, as an answer that says so', async () => {
    const page = await ask('', { url })
    expect(page.status).toBe(401)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  })

  it('does not ask for the token where others could read it', async () => {
    for (const path of ['', 'api/overview'])
      expect((await ask(path, { url: 'http://api.example', headers: bearer(TOKEN) })).status, path).toBe(403)
  })

  it('does not put a policy in force', async () => {
    const answer = await ask('api/policy', { url, body: { text: '{}' }, headers: bearer(TOKEN) })
    expect(answer.status).toBe(422)
    expect((await answer.json()).message).toMatch(/cannot be changed here/)
  })

  it('refuses a token that can be guessed', () => {
    expect(() => createGuard({ kind: 'token', token: 'short' }, digest)).toThrow(/CONSOLE_TOKEN/)
  })
})

it('every answer forbids caches, frames and scripts from elsewhere', async () => {
  const { ask } = startConsole()
  const answers = await Promise.all([
    ask(''),
    ask('nothing'),
    ask('api/overview'),
    ask('api/nothing'),
    ask('', { url: 'http://evil.example' }),
  ])
  for (const { headers } of answers) {
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/)
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

it('owns its address, and neither the health of the gateway nor what only begins alike', () => {
  const { console } = startConsole()
  for (const path of ['/_dlp', '/_dlp/', '/_dlp/app.js', '/_dlp/api/try?x', '/_dlp?x'])
    expect(console.owns(`http://${HOST}${path}`), path).toBe(true)
  for (const path of ['/', '/_dlp/health', '/_dlp/health?x', '/_dlpx', '/a/_dlp/', '/?/_dlp/'])
    expect(console.owns(`http://${HOST}${path}`), path).toBe(false)
})
