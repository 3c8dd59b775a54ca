import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { blocks } from './readme.ts'

/**
 * README's program and a check of what it does, as one module of its own: in a project where `edge-dlp` and `hono` are installed, `node FILE` says `holds`, or throws.
 * The model that it calls is not there, so `fetch` answers in its place. Returns the file, made in `folder`.
 */
export function writeExample(folder: string): string {
  const [program, ...others] = blocks('ts')
  if (others.length > 0) throw new Error('README has more than one program')
  const file = join(folder, 'example.ts')
  writeFileSync(file, `${BEFORE}\n${program}\n${BEHIND}`)
  return file
}

const BEFORE = `// The imports of the program run first; its first call comes after this.
globalThis.fetch = async (_: unknown, init?: { body?: unknown }) => {
  const said = init?.body instanceof Uint8Array ? new TextDecoder().decode(init.body) : ''
  return new Response(\`said \${said} of 4111111111111111\`, { headers: { 'content-type': 'text/plain' } })
}`

const BEHIND = `
const demand = (what: unknown, wanted: unknown) => {
  if (what !== wanted) throw new Error(\`\${what} in place of \${wanted}\`)
}
demand(await answer.text(), 'said text of [redacted:CREDIT_CARD]')
app.post('/login', (c) => c.text('let in'))
const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')
const login = (body: unknown) =>
  app.request('/login', { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
demand((await login({ token })).status, 403)
demand(await (await login({})).text(), 'let in')
console.log('holds')
`
