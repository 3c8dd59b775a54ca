import { ConfigError } from '../core/errors.ts'
import { bytesOfText } from '../core/key-text.ts'
import type { Keyer } from './transform.ts'

/** HMAC-SHA-256 as the platform has it. */
export interface HmacPower {
  importKey(raw: Uint8Array): Promise<unknown>
  sign(key: unknown, bytes: Uint8Array): Promise<ArrayBuffer>
}

const MIN_KEY_BYTES = 16
const PURPOSE = 'edge-dlp/hash/v1'

/**
 * The keyed digests of `hash`, under a key derived for that purpose alone.
 * @throws ConfigError (`key`) when the key is no key or shorter than 16 bytes
 */
export function createKeyer(key: Uint8Array | string, hmac: HmacPower | undefined): Keyer {
  const raw = typeof key === 'string' ? readKey(key) : key?.slice()
  if (!(raw instanceof Uint8Array) || raw.length < MIN_KEY_BYTES)
    throw new ConfigError('bad-key', 'key', `at least ${MIN_KEY_BYTES} bytes are needed, as bytes, hex or base64`)
  if (hmac === undefined) throw new ConfigError('no-hmac', 'hmac', 'this runtime has no crypto.subtle; give an HMAC-SHA-256')
  let derived: Promise<unknown> | undefined
  const derive = async () => {
    const master = await hmac.importKey(raw)
    return hmac.importKey(new Uint8Array(await hmac.sign(master, new TextEncoder().encode(PURPOSE))))
  }
  return {
    id: PURPOSE,
    async digest(values) {
      // A platform that fails once is asked again: one bad moment must not turn hashing off for the life of an isolate.
      derived ??= derive().catch((error) => {
        derived = undefined
        throw error
      })
      const purposeKey = await derived
      return Promise.all(values.map(async (value) => new Uint8Array(await hmac.sign(purposeKey, value))))
    },
  }
}

function readKey(text: string): Uint8Array {
  const bytes = bytesOfText(text)
  if (bytes === undefined) throw new ConfigError('bad-key', 'key', 'text must be hex or base64')
  return bytes
}
