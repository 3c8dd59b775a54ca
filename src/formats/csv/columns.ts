import { decodeName, MAX_NAME_BYTES, wholeCharactersEnd } from '../utf8.ts'

const MAX_COLUMNS = 1024
const MAX_BYTES = 16 << 10

/** Names of the columns, as the first row gives them. What goes beyond 1,024 columns or 16 KiB of names has no name. */
export class ColumnNames {
  private readonly names: string[] = []
  private current = new Uint8Array(MAX_NAME_BYTES)
  private length = 0
  private cut = false
  private total = 0

  /** The next bytes of the name being read. */
  bytes(bytes: Uint8Array, from: number, to: number): void {
    const room = MAX_NAME_BYTES - this.length
    if (to - from > room) {
      this.cut = true
      to = from + room
    }
    for (let i = from; i < to; i++) this.current[this.length++] = bytes[i]
  }

  /** The name being read has ended. */
  end(): void {
    if (this.names.length < MAX_COLUMNS) {
      const length = this.cut ? wholeCharactersEnd(this.current, 0, this.length) : this.length
      this.total += length
      this.names.push(this.total > MAX_BYTES ? '' : decodeName(this.current, 0, length).trim())
    }
    this.length = 0
    this.cut = false
  }

  /** The name of a column, counted from 0; '' if it has none. */
  name(column: number): string {
    return this.names[column] ?? ''
  }
}
