import { ConfigError } from '../core/errors.ts'
import { base64Url, bytesOfBase64, bytesOfText } from '../core/key-text.ts'

/**
 * Signatures of policy bundles: Ed25519 (RFC 8032) where the runtime verifies it, HMAC-SHA-256 (RFC 2104) everywhere. A key is text,
 * `ed25519:…` (32 bytes, the public key) or `hmac:…` (a secret of at least 32 bytes), in hex or base64; several are separated by
 * commas or white space, so that a new key can be given out before the old one is taken away.
 */
export type SignatureKind = 'ed25519' | 'hmac'

export interface BundleKey {
  readonly kind: SignatureKind
  readonly bytes: Uint8Array
}

/** Signatures of one text by kind, base64url. */
export type Signatures = Partial<Record<SignatureKind, string>>

/** The little of `crypto.subtle` that is needed. */
export interface SubtlePower {
  importKey(format: 'raw', bytes: Uint8Array, algorithm: object, extractable: boolean, usages: string[]): Promise<unknown>
  verify(algorithm: object, key: unknown, signature: Uint8Array, bytes: Uint8Array): Promise<boolean>
}

const ALGORITHMS: Readonly<Record<SignatureKind, object>> = {
  ed25519: { name: 'Ed25519' },
  hmac: { name: 'HMAC', hash: 'SHA-256' },
}
const PUBLIC_BYTES = 32
const MIN_SECRET_BYTES = 32

/** Keys as bindings and files write them. @throws ConfigError that names `option` */
export function parseBundleKeys(text: string, option: string): readonly BundleKey[] {
  const keys = text.split(/[\s,]+/).filter((part) => part !== '')
  if (keys.length === 0) throw new ConfigError('bad-key', option, 'is empty')
  return keys.map((part) => {
    const [kind, value = ''] = part.split(':')
    const bytes = bytesOfText(value)
    if (kind === 'ed25519' && bytes?.length === PUBLIC_BYTES) return { kind, bytes }
    if (kind === 'hmac' && bytes !== undefined && bytes.length >= MIN_SECRET_BYTES) return { kind, bytes }
    throw new ConfigError(
      'bad-key',
      option,
      `a key is "ed25519:" and the ${PUBLIC_BYTES} bytes of a public key, or "hmac:" and a secret of at least ${MIN_SECRET_BYTES} bytes, in hex or base64`,
    )
  })
}

/** True when one of the signatures is right under one of the keys. Never throws: a runtime that cannot verify has not verified. */
export async function isSigned(
  bytes: Uint8Array,
  signatures: Signatures,
  keys: readonly BundleKey[],
  subtle: SubtlePower,
): Promise<boolean> {
  for (const { kind, bytes: raw } of keys) {
    const text = signatures[kind]
    if (text === undefined) continue
    const signature = bytesOfBase64(text)
    // One spelling a signature: what was changed on the way is refused, also where it means the same.
    if (base64Url(signature) !== text) continue
    try {
      const key = await subtle.importKey('raw', raw, ALGORITHMS[kind], false, ['verify'])
      if (await subtle.verify(ALGORITHMS[kind], key, signature, bytes)) return true
    } catch {
      // Another key may do.
    }
  }
  return false
}
