import { readFileSync, writeFileSync } from 'node:fs'
import { placedRules } from '../../rules/index.ts'
import { bytesOfText } from '../../src/core/key-text.ts'
import { createEngine } from '../../src/pipeline/engine.ts'
import { selfTest } from '../../src/pipeline/self-test.ts'
import { BUNDLE_SCHEMA, bundleText, openPolicyText, readBundle, signedBytes } from '../../src/policy/bundle.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { parseBundleKeys, type Signatures, type SubtlePower } from '../../src/policy/signature.ts'
import { builtTables } from './built-tables.ts'
import { parse, readInput, UsageError } from './options.ts'
import { timeOrSpan } from './times.ts'
import { createNodeKernel } from './wasm-kernel.ts'

const OPTIONS = {
  policy: { type: 'string' },
  version: { type: 'string' },
  'not-after': { type: 'string' },
  kill: { type: 'boolean' },
  key: { type: 'string' },
  out: { type: 'string' },
  verify: { type: 'string' },
  'new-key': { type: 'string' },
} as const

/** Characters of one value in a Config Store of Fastly. */
const CONFIG_STORE_CHARS = 8_000

/** `edge-dlp bundle`: signs a policy as what the edge takes up, verifies one, or makes keys. */
export async function bundleCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS)
  if (positionals.length > 0) throw new UsageError('bundle takes options only; the policy is --policy FILE')
  if (values['new-key'] !== undefined) return newKey(values['new-key'])
  if (values.verify !== undefined) return verify(values.verify, keyText(values.key, 'POLICY_KEY'))
  if (values.policy === undefined) throw new UsageError('--policy FILE is needed ("-" is standard input)')
  const { policy } = await openPolicyText(readText(values.policy), undefined, undefined)
  await tryOut(policy)
  const payload = bundlePayload(policy, {
    version: versionOf(values.version),
    notAfter: values['not-after'] === undefined ? undefined : timeOrSpan(values['not-after'], '--not-after'),
    kill: values.kill,
  })
  const text = await signed(payload, keyText(values.key, 'EDGE_DLP_SIGNING_KEY'))
  if (text.length > CONFIG_STORE_CHARS)
    process.stderr.write(`edge-dlp: ${text.length} characters; a Config Store value holds ${CONFIG_STORE_CHARS}\n`)
  if (values.out === undefined) process.stdout.write(text)
  else writeFileSync(values.out, text)
  return 0
}

/** The payload of a bundle that is issued now, checked. */
export function bundlePayload(policy: Policy, head: { version: number; notAfter?: string; kill?: boolean }): string {
  const { version, notAfter, kill } = head
  const issuedAt = new Date().toISOString()
  const bundle = { schema: BUNDLE_SCHEMA, version, issuedAt, notAfter, kill: kill ? true : undefined, policy }
  const payload = `${JSON.stringify(bundle)}\n`
  readBundle(JSON.parse(payload))
  return payload
}

/** Parsed, bound to the rules and tried, as the edge will do it. */
export async function tryOut(policy: Policy): Promise<void> {
  await selfTest(
    compilePolicy(policy, placedRules, ''),
    createEngine({ rules: placedRules, kernel: createNodeKernel(), ...builtTables() }),
  )
}

/** Signs a payload with each of the keys: `ed25519-private:` and a PKCS #8 key, `hmac:` and a secret. */
export async function signed(payload: string, keys: string): Promise<string> {
  const signatures: Signatures = {}
  const bytes = signedBytes(payload) as Uint8Array<ArrayBuffer>
  for (const part of keys.split(/[\s,]+/).filter((item) => item !== '')) {
    const [kind, value = ''] = part.split(':')
    const raw = bytesOfText(value) as Uint8Array<ArrayBuffer> | undefined
    try {
      if (raw === undefined) throw new Error('not hex or base64')
      if (kind === 'ed25519-private') {
        const key = await crypto.subtle.importKey('pkcs8', raw, 'Ed25519', false, ['sign'])
        signatures.ed25519 = base64url(await crypto.subtle.sign('Ed25519', key, bytes))
      } else if (kind === 'hmac') {
        const [{ bytes: secret }] = parseBundleKeys(part, 'the signing key')
        const algorithm = { name: 'HMAC', hash: 'SHA-256' }
        const key = await crypto.subtle.importKey('raw', secret as Uint8Array<ArrayBuffer>, algorithm, false, ['sign'])
        signatures.hmac = base64url(await crypto.subtle.sign('HMAC', key, bytes))
      } else throw new Error('of no kind')
    } catch {
      throw new UsageError('a signing key is "ed25519-private:…" or "hmac:…", as edge-dlp bundle --new-key prints it')
    }
  }
  return bundleText(payload, signatures)
}

async function verify(file: string, keys: string): Promise<number> {
  const { bundle, policy } = await openPolicyText(
    readText(file),
    parseBundleKeys(keys, 'POLICY_KEY'),
    crypto.subtle as unknown as SubtlePower,
  )
  await tryOut(policy)
  const { version, issuedAt, notAfter, kill } = bundle!
  const told = [`version ${version}`, `issued ${new Date(issuedAt).toISOString()}`]
  if (notAfter !== undefined) told.push(`${Date.now() < notAfter ? 'until' : 'OVER since'} ${new Date(notAfter).toISOString()}`)
  if (kill) told.push('kill switch on')
  process.stdout.write(`${told.join(', ')}\n`)
  return notAfter !== undefined && Date.now() >= notAfter ? 1 : 0
}

async function newKey(kind: string): Promise<number> {
  if (kind === 'hmac') {
    const secret = `hmac:${base64url(crypto.getRandomValues(new Uint8Array(32)).buffer)}`
    process.stdout.write(`EDGE_DLP_SIGNING_KEY ${secret}\nPOLICY_KEY ${secret}\n`)
    return 0
  }
  if (kind !== 'ed25519') throw new UsageError(`--new-key: "${kind}" is none of ed25519, hmac`)
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const secret = base64url(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const open = base64url(await crypto.subtle.exportKey('raw', pair.publicKey))
  process.stdout.write(`EDGE_DLP_SIGNING_KEY ed25519-private:${secret}\nPOLICY_KEY ed25519:${open}\n`)
  return 0
}

/** The keys, of a file or of the environment; never of an argument, which other users of a machine can read. */
export function keyText(file: string | undefined, variable: string): string {
  const text = file === undefined ? process.env[variable] : readFileSync(file, 'utf8')
  if (text === undefined || text.trim() === '') throw new UsageError(`a key is needed: --key FILE, or ${variable}`)
  return text
}

function versionOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Date.now() / 1000)
  const version = Number(text)
  if (/^\d{1,16}$/.test(text) && Number.isSafeInteger(version)) return version
  throw new UsageError('--version: a whole number is needed, above that of the bundle before')
}

export function readText(file: string): string {
  return new TextDecoder().decode(readInput(file))
}

function base64url(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('base64url')
}
