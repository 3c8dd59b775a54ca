/** 1 at the bytes that text is made of, as far as it is ASCII; NUL because of UTF-16. */
export const TEXT_BYTE = new Uint8Array(128).fill(1, 0x20, 0x7f)
for (const byte of [0x00, 0x09, 0x0a, 0x0d]) TEXT_BYTE[byte] = 1

const BROKEN = 3
const BINARY = 48

/**
 * Tells decoded text (UTF-8) from decoded binary data, byte by byte: every byte that cannot stand where it stands weighs three that can. Random bytes are known for what
 * they are after some forty; a text with a few odd bytes never is.
 */
export class TextLikeness {
  private due = 0
  private weight = 0

  /** False when what has been seen is binary. */
  take(byte: number): boolean {
    if (byte < 0x80 ? this.due === 0 && TEXT_BYTE[byte] === 1 : this.continuesOrLeads(byte)) {
      if (this.weight > 0) this.weight--
    } else {
      this.due = 0
      this.weight += BROKEN
    }
    return this.weight < BINARY
  }

  /** True when no byte has been out of place. */
  get isText(): boolean {
    return this.weight === 0
  }

  private continuesOrLeads(byte: number): boolean {
    if (byte < 0xc0) return this.due > 0 && --this.due >= 0
    if (this.due > 0 || byte < 0xc2 || byte > 0xf4) return false
    this.due = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    return true
  }
}
