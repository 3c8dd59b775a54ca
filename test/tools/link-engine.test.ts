import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { HEADER_BYTES, MAGIC_0, MAGIC_1, MAGIC_2, MAGIC_3 } from '../../src/scanner/kernels/wasm/assembly/layout.ts'
import type { KernelHost } from '../../src/scanner/kernels/wasm/host.ts'
import { createWasmKernel } from '../../src/scanner/kernels/wasm/kernel.ts'
import { isLinked } from '../../src/scanner/kernels/wasm/linked.ts'
import { committedKernel } from '../../tools/build-kernel.ts'
import { linkEngine } from '../../tools/link-engine.ts'
import { bodiesOf, leb, Reader, SECTION, sectionOf, sectionsOf } from '../../tools/wasm/module.ts'
import { createKernel } from '../scanner/kernels.ts'
import { scanPieces } from '../scanner/scan-pieces.ts'
import { Random } from '../support/random.ts'

const PACKAGE = join(import.meta.dirname, '../../node_modules/@fastly/js-compute')
const ENGINES = readdirSync(PACKAGE).filter((file) => file.endsWith('.wasm'))
const KERNEL = committedKernel('kernel.wasm')

/** What of a small engine differs from one that can be linked. */
interface Oddity {
  readonly name?: string
  readonly type?: readonly number[]
  readonly imports?: readonly (readonly number[])[]
  readonly memory?: readonly number[]
  readonly exports?: readonly (readonly number[])[]
  readonly elements?: readonly number[]
  readonly bodies?: readonly (readonly number[])[]
}

const text = (value: string) => [value.length, ...Buffer.from(value)]
const section = (id: number, contents: readonly number[]) => [id, ...leb(contents.length), ...contents]
const list = (items: readonly (readonly number[])[]) => [items.length, ...items.flat()]
const THREE = [0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f]
const PASS_ON = [0, 0x20, 0, 0x20, 1, 0x20, 2, 0x10, 0, 0x0b]

/** A module that does with `from_bytes` what the engine does: `call(address, length, out)` calls it. Function 0 is the import. */
function smallEngine(oddity: Oddity = {}): Uint8Array {
  const { name = 'from_bytes', type = THREE, memory = [0, 40], bodies = [PASS_ON] } = oddity
  const own = [...text('fastly_secret_store'), ...text(name), 0, 0]
  const parts = [
    section(SECTION.type, list([type])),
    section(SECTION.import, list([own, ...(oddity.imports ?? [])])),
    section(SECTION.function, list(bodies.map(() => [0]))),
    ...(oddity.elements === undefined ? [] : [section(SECTION.table, list([[0x70, 0, 4]]))]),
    ...(memory.length === 0 ? [] : [section(SECTION.memory, list([memory]))]),
    section(SECTION.export, list([[...text('memory'), 2, 0], [...text('call'), 0, 1], ...(oddity.exports ?? [])])),
    ...(oddity.elements === undefined ? [] : [section(SECTION.element, oddity.elements)]),
    section(SECTION.code, list(bodies.map((body) => [body.length, ...body]))),
  ]
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...parts.flat()])
}

/** The linked small engine, running: what the platform was given, and a place in its memory to call it on. */
function start(wasm: Uint8Array) {
  const given: Uint8Array[] = []
  let memory: WebAssembly.Memory
  const from_bytes = (at: number, length: number, out: number) => {
    given.push(new Uint8Array(memory.buffer, at, length).slice())
    new DataView(memory.buffer).setUint32(out, 7, true)
    return 0
  }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm as BufferSource), {
    fastly_secret_store: { from_bytes },
  })
  memory = exports.memory as WebAssembly.Memory
  const call = (at: number, length: number) => {
    const status = (exports.call as (...args: number[]) => number)(at, length, 16)
    return [status, new DataView(memory.buffer).getUint32(16, true)]
  }
  return { given, memory, call }
}

describe.each(ENGINES)('the engine %s of the installed js-compute', (file) => {
  const engine = readFileSync(join(PACKAGE, file))
  const linked = linkEngine(engine, KERNEL)

  test('is a module with the kernel in it, and still one', () => {
    expect(WebAssembly.validate(linked.bytes as BufferSource)).toBe(true)
    expect(WebAssembly.Module.imports(new WebAssembly.Module(linked.bytes as BufferSource))).toEqual(
      WebAssembly.Module.imports(new WebAssembly.Module(engine)),
    )
  })

  test('differs in one call and in what is appended', () => {
    const before = sectionsOf(engine)
    const after = sectionsOf(linked.bytes)
    expect(after.map(({ id }) => id)).toEqual([...before.map(({ id }) => id), SECTION.custom])
    before.forEach(({ id, from, to }, i) => {
      const is = Buffer.from(linked.bytes.subarray(after[i].from, after[i].to))
      const was = engine.subarray(from, to)
      if (id === SECTION.code) return
      if (id !== SECTION.type && id !== SECTION.function) expect(is.equals(was), `section ${id}`).toBe(true)
      else {
        const [head, had] = [new Reader(is), new Reader(was)]
        expect(head.number()).toBeGreaterThan(had.number())
        expect(is.subarray(head.at).indexOf(was.subarray(had.at))).toBe(0)
      }
    })
    const was = bodiesOf(engine, sectionOf(before, SECTION.code))
    const is = bodiesOf(linked.bytes, sectionOf(after, SECTION.code))
    expect(is.length - was.length).toBe(linked.functions)
    const changed = was.filter(
      ({ from, to }, i) => Buffer.compare(engine.subarray(from, to), linked.bytes.subarray(is[i].from, is[i].to)) !== 0,
    )
    expect(changed.length).toBe(1)
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(engine)).filter(({ kind }) => kind === 'function').length
    const caller = linked.caller - imports
    expect(changed[0]).toBe(was[caller])
    // The index of the call, and no other byte, is longer or shorter.
    expect(Math.abs(is[caller].to - is[caller].from - (was[caller].to - was[caller].from))).toBeLessThan(5)
  })
})

describe('a linked call', () => {
  const wasm = linkEngine(smallEngine(), KERNEL).bytes

  test('gives bytes of others to the platform as they are, and its handle back', () => {
    const { given, memory, call } = start(wasm)
    const random = new Random(1)
    const sixteen = new Uint8Array(Uint32Array.of(MAGIC_0, MAGIC_1, MAGIC_2, MAGIC_3).buffer)
    // Nearly ours is not ours: fifteen bytes of sixteen, or too short for a header.
    for (const wrong of [-1, 0, 3, 7, 8, 15]) {
      for (const length of [0, 1, 16, HEADER_BYTES - 1, HEADER_BYTES, 1000]) {
        const bytes = Uint8Array.from({ length }, () => random.int(0, 255))
        if (length >= 16) bytes.set(sixteen)
        if (wrong >= 0 && wrong < length) bytes[wrong] ^= 1
        else if (length >= HEADER_BYTES) continue
        new Uint8Array(memory.buffer).set(bytes, 1024)
        expect(call(1024, length)).toEqual([0, 7])
        expect(given.at(-1)).toEqual(bytes)
      }
    }
  })

  test.each(kernels())('scans as the kernel alone does, whole and cut (%s)', (_build, kernel) => {
    const { given, memory, call } = start(linkEngine(smallEngine(), kernel).bytes)
    let top = 65_536
    const host: KernelHost = {
      allocate(length) {
        const at = top
        top += (length + 63) & ~63
        expect(top).toBeLessThan(memory.buffer.byteLength)
        const bytes = new Uint8Array(memory.buffer, at, length)
        return { bytes, valid: true, run: () => void expect(call(at, length)).toEqual([0, 0x7fffffff]) }
      },
    }
    const tables = compileRules([
      { id: 'a', pattern: '\\bab{2,40}c' },
      { id: 'b', pattern: '(?<![a-c])[a-c]{1,40}@[ab]{1,3}\\b' },
      { id: 'c', pattern: '(?:[0-9]{2}-){1,3}[0-9]{4}' },
    ])
    const linked = createWasmKernel(host)
    const plain = createKernel('portable')
    const random = new Random(3)
    let found = 0
    for (let i = 0; i < 300; i++) {
      const bytes = new TextEncoder().encode(
        Array.from({ length: random.int(0, 40) }, () => random.pick(['a', 'ab', 'bbb', 'c', '@', ' ', '12-', '2026'])).join(''),
      )
      const want = scanPieces(plain, tables, [bytes])
      found += want.length
      expect(scanPieces(linked, tables, [bytes])).toEqual(want)
      expect(scanPieces(linked, tables, random.cut(bytes, 5))).toEqual(want)
    }
    expect(found).toBeGreaterThan(100)
    expect(given).toEqual([])
  })

  test('is known by its answer, and only by that', () => {
    const { given, memory, call } = start(wasm)
    const behind = (bytes: Uint8Array) => {
      new Uint8Array(memory.buffer).set(bytes, 1024)
      call(1024, bytes.length)
      bytes.set(new Uint8Array(memory.buffer, 1024, bytes.length))
    }
    expect(isLinked(behind)).toBe(true)
    expect(given).toEqual([])
    expect(isLinked(() => {})).toBe(false)
    expect(isLinked((bytes) => bytes.fill(1))).toBe(false)
    expect(
      isLinked(() => {
        throw new Error('no such call')
      }),
    ).toBe(false)
  })
})

function kernels(): [string, Uint8Array][] {
  return ['kernel.wasm', 'kernel-scalar.wasm'].map((file) => [file, committedKernel(file)])
}

describe('what is not exactly known is refused', () => {
  const other = [...text('fastly_secret_store'), ...text('from_bytes'), 0, 0]
  test.each<[string, string, Oddity]>([
    ['without the import', 'does not import', { name: 'from_byte' }],
    ['with it twice', 'more than once', { imports: [other] }],
    ['of another type', 'another type', { type: [0x60, 3, 0x7f, 0x7f, 0x7f, 0], bodies: [[...PASS_ON.slice(0, -1), 0x0b]] }],
    ['that never calls it', 'from 0 places', { bodies: [[0, 0x41, 0, 0x0b]] }],
    ['that calls it from two places', 'from 2 places', { bodies: [PASS_ON, PASS_ON] }],
    ['that exports it', 'is exported', { exports: [[...text('also'), 0, 0]] }],
    ['that has it in a table', 'address', { elements: [1, 0, 0x41, 0, 0x0b, 2, 1, 0] }],
    ['whose table is of expressions', 'expressions', { elements: [1, 4, 0x41, 0, 0x0b, 1, 0xd2, 0, 0x0b] }],
    ['that takes its address', 'address', { bodies: [[0, 0xd2, 0, 0x1a, ...PASS_ON.slice(1)]] }],
    ['without a memory of its own', 'memory', { memory: [] }],
    ['with a shared memory', 'memory', { memory: [3, 40, 80] }],
    ['with a memory of 64 bits', 'memory', { memory: [4, 40] }],
    ['with an instruction that is not known', 'not known', { bodies: [[0, 0x06, 0x40, 0x0b, ...PASS_ON.slice(1)]] }],
  ])('an engine %s', (_name, message, oddity) => {
    expect(() => linkEngine(smallEngine(oddity), KERNEL)).toThrow(message)
  })

  test('an engine that is linked already', () => {
    const { bytes } = linkEngine(smallEngine(), KERNEL)
    expect(() => linkEngine(bytes, KERNEL)).toThrow('linked already')
  })

  test('what is not a module, or is cut short', () => {
    const engine = smallEngine()
    const component = Uint8Array.from(engine)
    component[4] = 13
    expect(() => linkEngine(component, KERNEL)).toThrow('not a core')
    expect(() => linkEngine(engine.subarray(0, engine.length - 3), KERNEL)).toThrow('cut short')
    expect(() => linkEngine(new Uint8Array(0), KERNEL)).toThrow('not a core')
  })

  test('a kernel that has more than functions', () => {
    expect(() => linkEngine(smallEngine(), smallEngine())).toThrow('more than a memory')
    const withGlobal = Buffer.concat([KERNEL, Buffer.from(section(SECTION.global, [1, 0x7f, 0, 0x41, 0, 0x0b]))])
    expect(() => linkEngine(smallEngine(), withGlobal)).toThrow('more than functions')
  })
})
