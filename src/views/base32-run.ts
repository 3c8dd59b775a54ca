import { encodeBase32, FIVE_BITS, QUANTUM_BYTES, QUANTUM_LETTERS } from './base32.ts'
import { type Alphabet, QuantumRun } from './quantum-run.ts'

const BASE32: Alphabet = { values: FIVE_BITS, bits: 5, letters: QUANTUM_LETTERS, bytes: QUANTUM_BYTES }

/** A run of base32 (RFC 4648, section 6). */
export class Base32Run extends QuantumRun {
  constructor(at: number) {
    super(at, BASE32, false)
  }

  protected override write(bytes: Uint8Array, padded: boolean): Uint8Array {
    return encodeBase32(bytes, padded)
  }
}
