import { LinkError, Reader } from './module.ts'

/** A number in a body that names something by its index: what, and where it stands. */
export interface Reference {
  readonly what: 'call' | 'function' | 'global' | 'type'
  readonly index: number
  readonly from: number
  readonly to: number
}

/** Calls `see` for every index of a function, global or type in a body. Throws at an instruction it does not know. */
export function eachReference(bytes: Uint8Array, from: number, to: number, see: (reference: Reference) => void): void {
  const reader = new Reader(bytes, from)
  for (let groups = reader.number(); groups > 0; groups--) {
    reader.skipNumber()
    reader.byte()
  }
  while (reader.at < to) step(reader, see)
  if (reader.at !== to) throw new LinkError('an instruction that reaches over the end of its function')
}

function step(reader: Reader, see: (reference: Reference) => void): void {
  const index = (what: Reference['what']) => {
    const from = reader.at
    const value = reader.number()
    see({ what, index: value, from, to: reader.at })
  }
  const numbers = (count: number) => {
    for (; count > 0; count--) reader.skipNumber()
  }
  const code = reader.byte()
  switch (code) {
    // unreachable, nop, else, end, return, drop, select
    case 0x00:
    case 0x01:
    case 0x05:
    case 0x0b:
    case 0x0f:
    case 0x1a:
    case 0x1b:
    case 0xd1: // ref.is_null
      break
    // block, loop, if: no result, a value type, or the index of a type
    case 0x02:
    case 0x03:
    case 0x04:
      if (reader.bytes[reader.at] === 0x40 || (reader.bytes[reader.at] >= 0x6f && reader.bytes[reader.at] < 0x80)) reader.at++
      else index('type')
      return
    // br, br_if, local.get, local.set, local.tee, table.get, table.set
    case 0x0c:
    case 0x0d:
    case 0x20:
    case 0x21:
    case 0x22:
    case 0x25:
    case 0x26:
      numbers(1)
      break
    case 0x0e: // br_table
      numbers(reader.number() + 1)
      break
    case 0x10: // call
    case 0x12: // return_call
      index('call')
      break
    case 0x11: // call_indirect
    case 0x13: // return_call_indirect
      index('type')
      numbers(1)
      break
    case 0x1c: // select with types
      reader.at += reader.number()
      break
    case 0x23: // global.get
    case 0x24: // global.set
      index('global')
      break
    case 0x41: // i32.const
    case 0x42: // i64.const
      numbers(1)
      break
    case 0x43: // f32.const
      reader.at += 4
      break
    case 0x44: // f64.const
      reader.at += 8
      break
    case 0x3f: // memory.size
    case 0x40: // memory.grow
    case 0xd0: // ref.null
      reader.at++
      break
    case 0xd2: // ref.func
      index('function')
      break
    case 0xfc:
      bulk(reader, numbers)
      break
    case 0xfd:
      vector(reader, numbers)
      break
    default:
      // loads and stores: alignment and offset; then comparisons, arithmetic and conversions, without anything
      if (code >= 0x28 && code <= 0x3e) numbers(2)
      else if (code < 0x45 || code > 0xc4) throw new LinkError(`an instruction that is not known: 0x${code.toString(16)}`)
  }
}

/** Saturating conversions; memory and table operations. */
function bulk(reader: Reader, numbers: (count: number) => void): void {
  const code = reader.number()
  if (code <= 7) return
  if (code > 17) throw new LinkError(`an instruction that is not known: 0xfc ${code}`)
  // memory.init, memory.copy, table.init and table.copy name two things
  numbers(code === 8 || code === 10 || code === 12 || code === 14 ? 2 : 1)
}

function vector(reader: Reader, numbers: (count: number) => void): void {
  const code = reader.number()
  if (code <= 11 || code === 92 || code === 93) numbers(2)
  else if (code === 12 || code === 13) reader.at += 16
  else if (code >= 21 && code <= 34) reader.at++
  else if (code >= 84 && code <= 91) {
    numbers(2)
    reader.at++
  } else if (code > 0x113) throw new LinkError(`an instruction that is not known: 0xfd ${code}`)
}
