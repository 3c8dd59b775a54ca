import { broken, checkTables } from './check-tables.ts'
import {
  ALIGNMENT,
  BYTE_PARTS,
  checksum,
  DIRECTORY_AT,
  GROUP_PARTS,
  type GroupInfo,
  HEADER_BYTES,
  INT_PARTS,
  MAGIC,
  VERSION,
} from './format.ts'
import type { Prefilter } from './prefilter.ts'
import type { RuleCost, RuleTables } from './tables.ts'

export interface DecodeOptions {
  /** The bytes are part of this build as its code is: their contents are not checked, which is most of the time it takes. */
  readonly trusted?: boolean
}

/**
 * Bytes of `encodeTables` as rule tables, which look at the bytes and do not copy them where they are aligned. Unless they are
 * trusted, every number that is used as an index is checked: no table that passes can lead a kernel out of its arrays.
 * @throws ConfigError `bad-tables` for bytes that are damaged, cut, or of another version
 */
export function decodeTables(input: Uint8Array, { trusted = false }: DecodeOptions = {}): RuleTables {
  const bytes = input.byteOffset % ALIGNMENT === 0 ? input : input.slice()
  if (bytes.length < DIRECTORY_AT || bytes.length % ALIGNMENT !== 0) broken('their length is another')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const u32 = (at: number) => view.getUint32(at, true)
  if (u32(0) !== MAGIC) broken('the first bytes are others')
  if (u32(4) !== VERSION) broken(`version ${u32(4)}, this build reads ${VERSION}`)
  if (u32(8) !== bytes.length) broken('their length is another')
  if (!trusted && u32(12) !== checksum(bytes, HEADER_BYTES)) broken('their checksum is another')
  const count = u32(HEADER_BYTES)
  if (count > (bytes.length - DIRECTORY_AT) / 8) broken('more parts than there is room for')
  const part = (index: number): Uint8Array => {
    if (index >= count) broken('a part is missing')
    const at = u32(DIRECTORY_AT + 8 * index)
    const length = u32(DIRECTORY_AT + 8 * index + 4)
    if (at % ALIGNMENT !== 0 || at + length > bytes.length) broken('a part lies outside')
    return bytes.subarray(at, at + length)
  }
  const ints = (index: number): Int32Array => {
    const { buffer, byteOffset, byteLength } = part(index)
    if (byteLength % 4 !== 0) broken('a part of another length')
    return new Int32Array(buffer, byteOffset, byteLength / 4)
  }
  const info = infoOf(part(0))
  const tables: Record<string, unknown> = {
    ids: info.ids,
    costs: info.costs,
    maxLength: info.maxLength,
    minLength: info.minLength,
    fingerprint: info.fingerprint,
  }
  let next = 1
  for (const name of INT_PARTS) tables[name] = ints(next++)
  for (const name of BYTE_PARTS) tables[name] = part(next++)
  if (count !== next + GROUP_PARTS * info.groups.length) broken('parts of groups')
  tables.prefilters = info.groups.map(({ anchored, plain, wide }): Prefilter => {
    const at = next
    next += GROUP_PARTS
    const [pairs, positions, tail, rules, known] = [ints(at + 1), ints(at + 2), ints(at + 3), ints(at + 4), ints(at + 5)]
    return { classOf: part(at), pairs, positions, tail, rules, known, anchored, plain, wide }
  })
  const whole = tables as unknown as RuleTables
  if (!trusted) checkTables(whole)
  return whole
}

interface Info {
  readonly ids: readonly string[]
  readonly costs: readonly RuleCost[]
  readonly maxLength: number
  readonly minLength: number
  readonly fingerprint: number
  readonly groups: readonly GroupInfo[]
}

function infoOf(bytes: Uint8Array): Info {
  let info: Partial<Info> | null
  try {
    info = JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return broken('their names cannot be read')
  }
  if (!Array.isArray(info?.ids) || !Array.isArray(info.costs) || !Array.isArray(info.groups)) broken('their names are missing')
  return info as Info
}
