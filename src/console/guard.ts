import { ConfigError } from '../core/errors.ts'

/**
 * Who may use the console. `local`: whoever reaches it under one of these loopback names, with no proxy between; for `npm start`.
 * `token`: whoever sends it as `Authorization: Bearer`. A token is never taken from a URL or a cookie, so no other site can lend it.
 */
export type Access =
  | { readonly kind: 'local'; readonly hosts: readonly string[] }
  | { readonly kind: 'token'; readonly token: string }

/** Why a request is turned away; '' when it is not. */
export type Verdict = '' | 'unauthenticated' | 'foreign-host' | 'foreign-origin' | 'not-json' | 'not-secret'

export interface Guard {
  readonly kind: Access['kind']
  /** `open`: the page and its assets, which hold nothing but themselves. */
  check(request: Request, open: boolean): Promise<Verdict>
}

/** A token that nobody guesses has at least so many characters. */
const MIN_TOKEN = 32
const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/
/** Whoever adds one of these is a proxy, and its client may be anywhere. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'cf-connecting-ip', 'via']

export type Digest = (bytes: Uint8Array) => Promise<ArrayBuffer>

/** @throws ConfigError when the access is no protection: a short token, a host that is not of this machine */
export function createGuard(access: Access, digest: Digest): Guard {
  if (access.kind === 'token' && access.token.length < MIN_TOKEN)
    throw new ConfigError(
      'bad-console',
      'CONSOLE_TOKEN',
      `has fewer than ${MIN_TOKEN} characters; make one with openssl rand -hex 32`,
    )
  if (access.kind === 'local' && (access.hosts.length === 0 || !access.hosts.every((host) => LOOPBACK.test(host))))
    throw new ConfigError('bad-console', 'CONSOLE_LOCAL', 'must name loopback hosts only, as in 127.0.0.1:8787,localhost:8787')
  return {
    kind: access.kind,
    async check(request, open) {
      const { headers } = request
      const url = new URL(request.url)
      if (access.kind === 'local') {
        const host = (headers.get('host') ?? url.host).toLowerCase()
        if (!access.hosts.includes(host) || url.host.toLowerCase() !== host) return 'foreign-host'
        if (FORWARDED.some((name) => headers.has(name))) return 'foreign-host'
      }
      // A token must not be read on its way.
      if (access.kind === 'token' && url.protocol !== 'https:' && !LOOPBACK.test(url.host)) return 'not-secret'
      // Another site must neither write nor read here, whatever it makes a browser send.
      const origin = headers.get('origin')
      if (origin !== null && origin !== url.origin) return 'foreign-origin'
      const from = headers.get('sec-fetch-site')
      if (from !== null && from !== 'same-origin' && from !== 'none' && !open) return 'foreign-origin'
      if (request.method !== 'GET' && request.method !== 'HEAD' && headers.get('content-type') !== 'application/json')
        return 'not-json'
      if (open || access.kind === 'local') return ''
      const given = /^Bearer ([\x21-\x7e]{1,512})$/.exec(headers.get('authorization') ?? '')?.[1]
      return given !== undefined && (await isEqual(given, access.token, digest)) ? '' : 'unauthenticated'
    },
  }
}

/** Compares digests, all of them: neither how long the right token is nor how far a guess is right can be timed. */
async function isEqual(given: string, right: string, digest: Digest): Promise<boolean> {
  const encoder = new TextEncoder()
  const [a, b] = (await Promise.all([digest(encoder.encode(given)), digest(encoder.encode(right))])).map(
    (buffer) => new Uint8Array(buffer),
  )
  let different = a.length ^ b.length
  for (let i = 0; i < b.length; i++) different |= a[i] ^ b[i]
  return different === 0
}
