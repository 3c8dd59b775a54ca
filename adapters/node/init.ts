import { existsSync, writeFileSync } from 'node:fs'
import { placedRules } from '../../rules/index.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
import type { RouteInput, SideInput } from '../../src/policy/shape.ts'
import { readText, tryOut } from './bundle.ts'
import { routesOfOpenApi } from './openapi.ts'
import { parse, UsageError } from './options.ts'

const OPTIONS = {
  kind: { type: 'string' },
  country: { type: 'string' },
  openapi: { type: 'string' },
  out: { type: 'string' },
} as const

/** What is looked for in a kind of service, but for identifiers of countries, which are named apart. */
const KINDS: Record<string, { request: SideInput; response: SideInput; identity: ('request' | 'response')[] }> = {
  // Whoever signs in sends a password, and a token goes with each call: only what others would call keys is wrong there.
  api: {
    request: {
      payment: { mask: { keepLast: 4 } },
      credentials: 'block',
      'credentials/generic-password': 'allow',
      'credentials/jwt': 'allow',
    },
    response: { payment: { mask: { keepLast: 4 } }, credentials: 'redact' },
    identity: ['response'],
  },
  // A page tells the shop's own addresses; a form may ask for anything.
  web: {
    request: { credentials: 'redact', 'credentials/generic-password': 'allow' },
    response: { payment: 'redact', credentials: 'redact' },
    identity: ['response'],
  },
  // A prompt leaves the house: whatever is about a person or opens a door.
  llm: {
    request: { payment: 'redact', credentials: 'block', contact: 'redact' },
    response: { payment: 'redact', credentials: 'redact' },
    identity: ['request', 'response'],
  },
}

/** `edge-dlp init`: writes a first policy for a described service. It observes: nothing is changed until somebody says so. */
export async function initCommand(args: string[]): Promise<number> {
  const { options, routes: named } = takeRoutes(args)
  const { values, positionals } = parse(options, OPTIONS)
  if (positionals.length > 0) throw new UsageError('init takes options only')
  const described = values.openapi === undefined ? [] : routesOfOpenApi(readText(values.openapi))
  const taken = new Set(named.map(({ name }) => name))
  const routes = [...named, ...described.filter(({ name }) => !taken.has(name))]
  const kind = values.kind ?? 'api'
  if (!Object.hasOwn(KINDS, kind)) throw new UsageError(`--kind: "${kind}" is none of ${Object.keys(KINDS).join(', ')}`)
  const { identity, ...sides } = KINDS[kind]
  const selectors = values.country === undefined ? ['identity'] : values.country.split(',').map(countrySelector)
  const also = (side: 'request' | 'response'): SideInput =>
    identity.includes(side) ? Object.fromEntries(selectors.map((selector) => [selector, 'redact' as const])) : {}
  const policy: Policy = definePolicy({
    $schema: './node_modules/edge-dlp/policy.schema.json',
    version: 'starter',
    mode: 'observe',
    request: { ...sides.request, ...also('request') },
    response: { ...sides.response, ...also('response') },
    ...(routes.length === 0 ? {} : { routes }),
  })
  await tryOut(policy)
  const text = `${JSON.stringify(policy, undefined, 2)}\n`
  if (values.out === undefined) process.stdout.write(text)
  else if (existsSync(values.out)) throw new UsageError(`--out: ${values.out} is there already`)
  else writeFileSync(values.out, text)
  return 0
}

/** `--route NAME=/path*` and `--skip /path*`, each as often as one likes, in the order in which they are tried. */
function takeRoutes(args: string[]): { options: string[]; routes: RouteInput[] } {
  const options: string[] = []
  const routes: RouteInput[] = []
  for (let i = 0; i < args.length; i++) {
    const [name, given] = args[i].startsWith('--skip=') || args[i].startsWith('--route=') ? split(args[i]) : [args[i], undefined]
    if (name !== '--route' && name !== '--skip') {
      options.push(args[i])
      continue
    }
    const value = given ?? args[++i]
    if (value === undefined) throw new UsageError(`${name}: a value is needed`)
    if (name === '--skip') routes.push({ match: { path: value }, skip: true })
    else {
      const at = value.indexOf('=')
      if (at < 1) throw new UsageError('--route: NAME=PATH is needed, as in orders=/orders*')
      routes.push({ name: value.slice(0, at), match: { path: value.slice(at + 1) } })
    }
  }
  return { options, routes }
}

function split(text: string): [string, string] {
  const at = text.indexOf('=')
  return [text.slice(0, at), text.slice(at + 1)]
}

function countrySelector(text: string): string {
  const code = text.trim().toLowerCase()
  const selector = `identity/${code}`
  if (placedRules.some(({ group }) => group === selector)) return selector
  const known = new Set(placedRules.filter(({ group }) => group.startsWith('identity/')).map(({ group }) => group.slice(9)))
  throw new UsageError(`--country: there are no rules for "${code}"; there are for ${[...known].sort().join(', ')}`)
}
