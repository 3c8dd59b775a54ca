import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// What a deployment is set up with, against what the entries open. (That both build: `npm run build`.)

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

test('fastly.toml sets up every store, backend and log endpoint that the service opens', () => {
  const manifest = read('fastly.toml')
  const service = read('adapters/fastly/service.ts')
  const opened = [
    ...[...service.matchAll(/new (ConfigStore|SecretStore|Logger)\('([^']+)'\)/g)].map(([, kind, name]) => [kind, name]),
    ...[...service.matchAll(/^const \w*(?:BACKEND|HOST)\w* = '(?:http:\/\/)?([^']+)'/gm)].map(([, name]) => ['Backend', name]),
  ]
  const sections: Record<string, string> = {
    ConfigStore: 'config_stores',
    SecretStore: 'secret_stores',
    Logger: 'log_endpoints',
    Backend: 'backends',
  }
  expect(new Set(opened.map(([kind]) => kind))).toEqual(new Set(Object.keys(sections)))
  for (const [kind, name] of opened) expect(manifest).toContain(`[setup.${sections[kind]}.${name}]`)
})

test('the policies that deployments begin with observe', () => {
  const fastly = /^value = '(.*)'$/m.exec(read('fastly.toml'))![1]
  const workers = /^POLICY = '(.*)'$/m.exec(read('wrangler.toml'))![1]
  for (const text of [fastly, workers]) expect(JSON.parse(text).mode).toBe('observe')
})

test('.dev.vars.example names the secrets of the Worker, and no value', () => {
  const lines = read('.dev.vars.example').split('\n')
  const named = lines.flatMap((line) => /^(?:# )?([A-Z_]+)=/.exec(line)?.[1] ?? [])
  const asked = [...read('wrangler.toml').matchAll(/wrangler secret put ([A-Z_]+)/g)].map(([, name]) => name)
  expect([...named].sort()).toEqual([...new Set(asked)].sort())
  const env = /export interface Env \{(.*?)^\}/ms.exec(read('adapters/cloudflare/worker.ts'))![1]
  for (const name of named) expect(env).toContain(`  ${name}?: string`)
  // What stands here is asked for by the Deploy to Cloudflare button; the others belong to what is off at first.
  expect(lines.filter((line) => /^[A-Z]/.test(line))).toEqual(['DLP_KEY=""'])
})
