import { type Bundle, bundleText, signedBytes } from '../../src/policy/bundle.ts'
import type { Signatures, SubtlePower } from '../../src/policy/signature.ts'

/** Keys made for one test run; nothing else is signed with them. */
export interface TestKeys {
  /** As `POLICY_KEY` takes it: the public key, the secret. */
  readonly ed25519: string
  readonly hmac: string
  sign(payload: string, kinds?: readonly ('ed25519' | 'hmac')[]): Promise<string>
}

export const subtle = crypto.subtle as unknown as SubtlePower

export async function makeKeys(): Promise<TestKeys> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const secret = crypto.getRandomValues(new Uint8Array(32))
  const hmac = await crypto.subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const base64url = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(bytes as Uint8Array).toString('base64url')
  return {
    ed25519: `ed25519:${base64url(await crypto.subtle.exportKey('raw', pair.publicKey))}`,
    hmac: `hmac:${base64url(secret)}`,
    async sign(payload, kinds = ['ed25519']) {
      const bytes = signedBytes(payload) as Uint8Array<ArrayBuffer>
      const signatures: Signatures = {}
      if (kinds.includes('ed25519')) signatures.ed25519 = base64url(await crypto.subtle.sign('Ed25519', pair.privateKey, bytes))
      if (kinds.includes('hmac')) signatures.hmac = base64url(await crypto.subtle.sign('HMAC', hmac, bytes))
      return bundleText(payload, signatures)
    },
  }
}

/** The payload of a bundle. */
export function payloadOf(version: number, policy: unknown, more: Partial<Record<keyof Bundle, unknown>> = {}): string {
  return JSON.stringify({ schema: 'edge-dlp/bundle/1', version, issuedAt: '2026-01-01T00:00:00Z', policy, ...more })
}
