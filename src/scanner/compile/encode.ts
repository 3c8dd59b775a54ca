import {
  ALIGNMENT,
  BYTE_PARTS,
  checksum,
  DIRECTORY_AT,
  type GroupInfo,
  HEADER_BYTES,
  INT_PARTS,
  MAGIC,
  VERSION,
} from './format.ts'
import type { RuleTables } from './tables.ts'

/** Rule tables as bytes (format.ts); equal tables give equal bytes. */
export function encodeTables(tables: RuleTables): Uint8Array {
  const { ids, costs, maxLength, minLength, fingerprint } = tables
  const groups = tables.prefilters.map(({ anchored, plain, wide }): GroupInfo => ({ anchored, plain, wide }))
  const info = new TextEncoder().encode(JSON.stringify({ ids, costs, maxLength, minLength, fingerprint, groups }))
  const parts: Uint8Array[] = [
    info,
    ...INT_PARTS.map((name) => bytesOf(tables[name])),
    ...BYTE_PARTS.map((name) => tables[name]),
    ...tables.prefilters.flatMap(({ classOf, pairs, positions, tail, rules, known }) => [
      classOf,
      bytesOf(pairs),
      bytesOf(positions),
      bytesOf(tail),
      bytesOf(rules),
      bytesOf(known),
    ]),
  ]
  let length = align(DIRECTORY_AT + 8 * parts.length)
  const places = parts.map((part) => {
    const at = length
    length = align(at + part.length)
    return at
  })
  const bytes = new Uint8Array(length)
  const view = new DataView(bytes.buffer)
  view.setUint32(HEADER_BYTES, parts.length, true)
  parts.forEach((part, i) => {
    view.setUint32(DIRECTORY_AT + 8 * i, places[i], true)
    view.setUint32(DIRECTORY_AT + 8 * i + 4, part.length, true)
    bytes.set(part, places[i])
  })
  view.setUint32(0, MAGIC, true)
  view.setUint32(4, VERSION, true)
  view.setUint32(8, length, true)
  view.setUint32(12, checksum(bytes, HEADER_BYTES), true)
  return bytes
}

const align = (length: number): number => (length + ALIGNMENT - 1) & ~(ALIGNMENT - 1)

function bytesOf(array: Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}
