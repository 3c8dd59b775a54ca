import { ConfigError } from '../core/errors.ts'

/** Where requests of a host go. */
export interface Origin {
  /** Scheme, host and port, with an optional path prefix; '' for the request's own URL (`zone`). */
  readonly base: string
  /** Milliseconds until the head of an answer is there; then 504. Absent: the platform's own limits. */
  readonly timeoutMs?: number
  /** What the platform calls the way there: a service binding, a backend. */
  readonly via?: string
}

export interface OriginInput {
  /** An absolute http(s) URL, with an optional path prefix; or `zone`: the request's own URL, on whose route a Worker runs. */
  readonly url: string
  readonly timeoutMs?: number
  readonly via?: string
}

/** One origin for all, or one by host: `api.example`, `*.shop.example` (every name below it), `*` (all others). */
export type OriginsInput = string | OriginInput | Readonly<Record<string, string | OriginInput>>

const MAX_TIMEOUT_MS = 600_000

/** As bindings and environments write it: a URL, `zone`, or JSON. @throws ConfigError */
export function parseOrigins(text: string): OriginsInput {
  if (!/^\s*\{/.test(text)) return text
  try {
    return JSON.parse(text) as OriginsInput
  } catch {
    throw new ConfigError('bad-origin', 'origin', 'is not valid JSON; it is a URL, or an object of hosts and URLs')
  }
}

/**
 * The origin of a host (lower case, without port), or undefined: there is none, and nothing is forwarded. The whole name wins over
 * `*.name`, the longer of those over the shorter, and all over `*`. @throws ConfigError that names what is wrong
 */
export function compileOrigins(input: OriginsInput): (host: string) => Origin | undefined {
  if (typeof input === 'string' || isOrigin(input)) {
    const only = originOf(input as string | OriginInput, 'origin')
    return () => only
  }
  if (input === null || typeof input !== 'object' || Array.isArray(input) || Object.keys(input).length === 0)
    throw new ConfigError('bad-origin', 'origin', 'is a URL, or an object of hosts and URLs')
  const exact = new Map<string, Origin>()
  const below: [string, Origin][] = []
  let rest: Origin | undefined
  for (const [name, value] of Object.entries(input)) {
    const option = `origin[${JSON.stringify(name.slice(0, 64))}]`
    if (!/^(?:\*|(?:\*\.)?[a-z0-9_.[\]:-]{1,253})$/i.test(name))
      throw new ConfigError('bad-origin', option, 'a host is a name without port, "*.name" for every name below it, or "*"')
    const origin = originOf(value, option)
    if (name === '*') rest = origin
    else if (name.startsWith('*.')) below.push([name.slice(1).toLowerCase(), origin])
    else exact.set(name.toLowerCase(), origin)
  }
  below.sort(([a], [b]) => b.length - a.length)
  return (host) => {
    const name = host.endsWith('.') ? host.slice(0, -1) : host
    return exact.get(name) ?? below.find(([end]) => name.length > end.length && name.endsWith(end))?.[1] ?? rest
  }
}

/** Names of the ways there (`via`) that origins use, for an adapter to look for. */
export function servicesOf(input: OriginsInput): string[] {
  if (typeof input === 'string') return []
  const all = isOrigin(input) ? [input] : Object.values(input ?? {})
  return all.flatMap((one) => (typeof one?.via === 'string' ? [one.via as string] : []))
}

function isOrigin(input: Exclude<OriginsInput, string>): boolean {
  return (
    input !== null && typeof (input as OriginInput).url === 'string' && Object.keys(input).every((key) => MEMBERS.includes(key))
  )
}

const MEMBERS = ['url', 'timeoutMs', 'via']

function originOf(input: string | OriginInput, option: string): Origin {
  if (typeof input === 'string') return { base: baseOf(input, option) }
  if (input === null || typeof input !== 'object') throw new ConfigError('bad-origin', option, 'must be a URL, or { "url": … }')
  const unknown = Object.keys(input).find((key) => !MEMBERS.includes(key))
  if (unknown !== undefined)
    throw new ConfigError(
      'bad-origin',
      `${option}.${unknown.slice(0, 64)}`,
      `there is no such option. Known: ${MEMBERS.join(', ')}.`,
    )
  const { url, timeoutMs, via } = input
  if (timeoutMs !== undefined && !(Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= MAX_TIMEOUT_MS))
    throw new ConfigError(
      'bad-origin',
      `${option}.timeoutMs`,
      `must be a whole number of milliseconds from 1 to ${MAX_TIMEOUT_MS}`,
    )
  if (via !== undefined && !/^\w[\w.-]{0,127}$/.test(via))
    throw new ConfigError('bad-origin', `${option}.via`, 'must be the name of a service binding or a backend')
  return { base: baseOf(url, `${option}.url`), timeoutMs, via }
}

/** The origin as scheme, host, port and path prefix; throws what is wrong with it. */
function baseOf(text: string, option: string): string {
  if (text === 'zone') return ''
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new ConfigError('bad-origin', option, 'an absolute http(s) URL is needed, as in https://api.example')
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new ConfigError('bad-origin', option, 'only http and https can be forwarded to')
  if (url.search !== '') throw new ConfigError('bad-origin', option, 'must not have a query')
  return url.origin + url.pathname.replace(/\/$/, '')
}
