import { ConfigError } from '../core/errors.ts'
import { timeOf } from '../core/time.ts'
import { suggestion } from './option-path.ts'
import { type Policy, parsePolicy } from './schema.ts'
import { type BundleKey, isSigned, type Signatures, type SubtlePower } from './signature.ts'

/**
 * A policy on its way to the edge. The payload is one JSON object:
 *
 *     { "schema": "edge-dlp/bundle/1", "version": 7, "issuedAt": "2026-11-28T20:00:00Z", "policy": { … }, "kill": false }
 *
 * Signed, it stands behind one line that says so, and is signed as the text that it is, never as what a parser makes of it:
 *
 *     edge-dlp/bundle/1 ed25519=… hmac=…
 *     { … }
 *
 * What is signed is the UTF-8 of `edge-dlp/bundle/1`, a line feed, and the payload to its last byte.
 */
export const BUNDLE_SCHEMA = 'edge-dlp/bundle/1'

export interface Bundle {
  /** Grows with each bundle; seconds since 1970 where the author does not count. */
  readonly version: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  /** Milliseconds since 1970 from which on the bundle is not taken up any more. One that is in force stays. */
  readonly notAfter?: number
  readonly policy: Policy
  /** The kill switch: the policy observes, whatever its modes say. */
  readonly kill: boolean
}

/** A bundle that nobody signed. */
export interface OpenedText {
  /** Undefined: the text is a bare policy, without a version. */
  readonly bundle?: Bundle
  readonly policy: Policy
}

/** Characters that are read at all; a Config Store holds 8,000. */
export const MAX_BUNDLE_CHARS = 1 << 19

/** One spelling a line: each kind once, in this order. */
const HEAD = /^edge-dlp\/bundle\/1(?: ed25519=([\w-]{1,200}))?(?: hmac=([\w-]{1,200}))?\n/

/**
 * Reads what a store or a file holds: a bundle, or a bare policy. With `keys` only a signed bundle will do; without, a signed one is
 * refused as well, because nobody can say that it is right. @throws ConfigError that says what is wrong, never with the text
 */
export async function openPolicyText(
  text: string,
  keys: readonly BundleKey[] | undefined,
  subtle: SubtlePower | undefined,
): Promise<OpenedText> {
  if (text.length > MAX_BUNDLE_CHARS) throw new ConfigError('too-large', 'bundle', `has more than ${MAX_BUNDLE_CHARS} characters`)
  const head = text.startsWith(`${BUNDLE_SCHEMA} `) ? HEAD.exec(text) : undefined
  if (head === null) throw new ConfigError('bad-bundle', 'bundle', 'its first line is not one of signatures')
  if (head === undefined) {
    if (keys !== undefined) throw new ConfigError('unsigned', 'bundle', 'is not signed, and a key is set')
    return readUnsigned(text)
  }
  if (keys === undefined) throw new ConfigError('no-key', 'bundle', 'is signed, and no key is set to verify it')
  if (subtle === undefined) throw new ConfigError('no-crypto', 'bundle', 'this runtime has no crypto.subtle to verify it')
  const payload = text.slice(head[0].length)
  if (!(await isSigned(signedBytes(payload), { ed25519: head[1], hmac: head[2] }, keys, subtle)))
    throw new ConfigError('bad-signature', 'bundle', 'no signature is right under the keys that are set')
  const bundle = readBundle(parseJson(payload))
  return { bundle, policy: bundle.policy }
}

/** What is signed of a payload. */
export function signedBytes(payload: string): Uint8Array {
  return new TextEncoder().encode(`${BUNDLE_SCHEMA}\n${payload}`)
}

/** The text of a bundle: the line of signatures, and the payload as it was signed. */
export function bundleText(payload: string, signatures: Signatures): string {
  const kinds = (['ed25519', 'hmac'] as const).filter((kind) => signatures[kind] !== undefined)
  return `${BUNDLE_SCHEMA}${kinds.map((kind) => ` ${kind}=${signatures[kind]}`).join('')}\n${payload}`
}

function readUnsigned(text: string): OpenedText {
  const value = parseJson(text)
  if ((value as { schema?: unknown } | null)?.schema === undefined) return { policy: parsePolicy(value) }
  const bundle = readBundle(value)
  return { bundle, policy: bundle.policy }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text)
  } catch {
    throw new ConfigError('bad-policy', 'policy', 'is not valid JSON; a policy is one JSON object.')
  }
}

const MEMBERS = ['schema', 'version', 'issuedAt', 'notAfter', 'policy', 'kill']

/** Checks a payload. @throws ConfigError */
export function readBundle(value: unknown): Bundle {
  const bad = (member: string, message: string) => new ConfigError('bad-bundle', `bundle.${member}`, message)
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw new ConfigError('bad-bundle', 'bundle', 'must be one JSON object')
  const { schema, version, issuedAt, notAfter, policy, kill } = value as Record<string, unknown>
  const unknown = Object.keys(value).find((key) => !MEMBERS.includes(key))
  if (unknown !== undefined) throw bad(unknown.slice(0, 64), `there is no such option.${suggestion(unknown, MEMBERS)}`)
  if (schema !== BUNDLE_SCHEMA) throw bad('schema', `must be "${BUNDLE_SCHEMA}"`)
  if (!Number.isSafeInteger(version) || (version as number) < 0) throw bad('version', 'must be a whole number, 0 or more')
  const issued = timeOf(issuedAt)
  if (issued === undefined) throw bad('issuedAt', 'must be a time such as "2026-11-28T20:00:00Z"')
  const ends = notAfter === undefined ? undefined : timeOf(notAfter)
  if (notAfter !== undefined && ends === undefined) throw bad('notAfter', 'must be a time such as "2026-11-28T20:00:00Z"')
  if (kill !== undefined && typeof kill !== 'boolean') throw bad('kill', 'must be true or false')
  if (policy === null || typeof policy !== 'object') throw bad('policy', 'is missing; it must be a policy')
  return {
    version: version as number,
    issuedAt: issued,
    ...(ends === undefined ? {} : { notAfter: ends }),
    policy: parsePolicy(policy),
    kill: kill === true,
  }
}
