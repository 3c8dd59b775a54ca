import { encodeBase64, isUrlOnly, SIX_BITS } from './base64.ts'
import { type Alphabet, QuantumRun } from './quantum-run.ts'

const BASE64: Alphabet = { values: SIX_BITS, bits: 6, letters: 4, bytes: 3 }

/** A run of base64 or base64url (RFC 4648, sections 4 and 5; lines: RFC 2045, section 6.8). `binary`: what it stands for need not be text. */
export class Base64Run extends QuantumRun {
  #url = false

  constructor(at: number, binary = false) {
    super(at, BASE64, binary)
  }

  /** Writes `bytes` in place of the whole run, padded as it was or, if that does not show, as its alphabet has it. */
  encodeWhole(bytes: Uint8Array, replaced: number): Uint8Array {
    return this.write(bytes, this.padded || (replaced % 3 === 0 && !this.#url))
  }

  protected override write(bytes: Uint8Array, padded: boolean): Uint8Array {
    return encodeBase64(bytes, this.#url, padded)
  }

  protected override sawLast(byte: number): void {
    if (isUrlOnly(byte)) this.#url = true
  }
}
