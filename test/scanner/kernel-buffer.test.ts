import { describe, expect, it } from 'vitest'
import { kernelInstance } from '../../adapters/node/wasm-kernel.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import * as abi from '../../src/scanner/kernels/wasm/assembly/layout.ts'
import { buildImage } from '../../src/scanner/kernels/wasm/image.ts'
import { Random } from '../support/random.ts'

const tables = compileRules([
  { id: 'mail', pattern: '(?<![a-z])[a-z]{1,64}@[a-z]{2,9}\\b' },
  { id: 'run', pattern: 'x[a-c-]{3,90}\\b' },
  { id: 'digits', pattern: '\\b[0-9]{5}(?:67|99)[0-9]{4}\\b' },
])
const WINDOW_BYTES = 2048
const BEGIN = 48
const text = new TextEncoder().encode('x abc@de.f 12345678901 xaaa-bbb- 777 '.repeat(40))

/** The buffer in the middle of a memory, the text in its window area, and the header of a call for all of it. */
function place(bytes: Uint8Array, at: number, window: number): Int32Array {
  const header = new Int32Array(bytes.buffer, at, abi.HEADER_BYTES / 4)
  bytes.set(text, at + window + BEGIN)
  const fields: [number, number][] = [
    [abi.H_BEGIN, BEGIN],
    [abi.H_FROM, BEGIN],
    [abi.H_KNOWN, BEGIN],
    [abi.H_ORIGIN, BEGIN],
    [abi.H_END, BEGIN + text.length],
    [abi.H_LAST, 1],
    [abi.H_EPOCH, 1],
    [abi.H_WALK_STEPS, 1 << 20],
    [abi.H_RULE_STEPS, 1 << 20],
    [abi.H_ASK_STEPS, 1 << 20],
    [abi.H_ASK_RULE_STEPS, 1 << 20],
  ]
  for (const [field, value] of fields) header[field / 4] = value
  return header
}

describe.each(['simd', 'scalar'] as const)('the buffer of the %s kernel', (build) => {
  const image = buildImage(tables, WINDOW_BYTES)
  const at = 65_536
  const instance = kernelInstance(build)
  instance.memory.grow(2 + Math.ceil(image.bytes.length / 65_536))
  const memory = new Uint8Array(instance.memory.buffer)

  it('holds what was found', () => {
    memory.set(image.bytes, at)
    const header = place(memory, at, image.window)
    expect(instance.run(at, image.bytes.length)).toBe(abi.DONE)
    expect(header[abi.H_REACHED / 4]).toBe(BEGIN + text.length + abi.REACH)
    expect(header[abi.H_RECORDS / 4]).toBeGreaterThanOrEqual(80)
  })

  it('asks for a rule that walks much, and stops there', () => {
    memory.set(image.bytes, at)
    const header = place(memory, at, image.window)
    header[abi.H_ASK_STEPS / 4] = header[abi.H_ASK_RULE_STEPS / 4] = 20
    expect(instance.run(at, image.bytes.length)).toBe(abi.DONE)
    // Not one with runs.
    expect(header[abi.H_ASKED / 4]).toBe(2)
    expect(header[abi.H_REACHED / 4]).toBeLessThan(BEGIN + text.length)
  })

  it.each<[what: string, field: number, value: number]>([
    ['of another magic', 4, 1],
    ['of another version', abi.H_VERSION, abi.ABI_VERSION + 1],
    ['whose rules lie outside', abi.H_RULE_TABLE, 0x7fffffff],
    ['whose text lies outside', abi.H_END, WINDOW_BYTES + 1],
    ['whose records lie outside', abi.H_RECORD_TABLE, -16],
    ['with more states than there is room for', abi.H_NEXT_LENGTH, 0x40000000],
    ['of a group that is not there', abi.H_GROUP, 1],
    ['that begins too early', abi.H_BEGIN, 1],
  ])('%s is refused', (_what, field, value) => {
    memory.set(image.bytes, at)
    place(memory, at, image.window)[field / 4] = value
    expect(instance.run(at, image.bytes.length)).toBe(abi.BAD_BUFFER)
  })

  it('shorter than its header is refused', () => {
    expect(instance.run(at, abi.HEADER_BYTES - 1)).toBe(abi.BAD_BUFFER)
  })

  it('forged anywhere: the call ends, and nothing outside of it is written', () => {
    const random = new Random(3)
    const length = image.bytes.length
    let done = 0
    for (let round = 0; round < 400; round++) {
      memory.fill(0xa5)
      memory.set(image.bytes, at)
      place(memory, at, image.window)
      const words = new Int32Array(memory.buffer, at, length >> 2)
      for (let i = random.int(1, 6); i > 0; i--) {
        // Header, rules and groups more often than the large tables.
        const word = random.chance(0.4) ? random.int(5, abi.HEADER_BYTES / 4) : random.int(abi.HEADER_BYTES / 4, words.length - 1)
        words[word] = random.chance(0.5) ? random.int(0, 4 * words.length) : random.int(-0x80000000, 0x7fffffff)
      }
      try {
        if (instance.run(at, length) === abi.DONE) done++
      } catch (error) {
        // A read behind the end of the memory; of what lies beside the buffer nothing comes back but flags.
        expect(error).toBeInstanceOf(WebAssembly.RuntimeError)
      }
      if (memory.subarray(0, at).some((byte) => byte !== 0xa5)) expect.fail(`round ${round} wrote before the buffer`)
      if (memory.subarray(at + length).some((byte) => byte !== 0xa5)) expect.fail(`round ${round} wrote behind the buffer`)
    }
    expect(done).toBeGreaterThan(100)
  })
})
