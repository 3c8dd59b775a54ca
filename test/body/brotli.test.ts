import { readFileSync } from 'node:fs'
import zlib from 'node:zlib'
import { expect, test } from 'vitest'
import { type BrotliModule, createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'
import { bodies, concat, pushAll, single } from './codings.ts'

const wasm = new WebAssembly.Module(
  readFileSync(new URL('../../node_modules/brotli-dec-wasm/pkg/brotli_dec_wasm_bg.wasm', import.meta.url)),
)
const TEXT = bodies(4)[5].bytes
const ENCODED = zlib.brotliCompressSync(TEXT, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } })

function counted() {
  const made: WebAssembly.Exports[] = []
  const module = brotliModule((imports) => {
    const { exports } = new WebAssembly.Instance(wasm, imports as WebAssembly.Imports)
    made.push(exports)
    return exports
  })
  return { open: createBrotli(module), made }
}

test('what the module imports is given to it, and nothing else', () => {
  let given: Record<string, Record<string, unknown>> = {}
  brotliModule((imports) => {
    given = imports
    return new WebAssembly.Instance(wasm, imports as WebAssembly.Imports).exports
  }).start()
  const wanted = WebAssembly.Module.imports(wasm).map(({ module, name }) => `${module} ${name}`)
  expect(
    Object.entries(given)
      .flatMap(([module, names]) => Object.keys(names).map((name) => `${module} ${name}`))
      .sort(),
  ).toEqual(wanted.sort())
})

test('nothing is instantiated before the first br body, and an instance serves one body after another', () => {
  const { open, made } = counted()
  expect(made.length).toBe(0)
  for (let i = 0; i < 20; i++) expect(pushAll(open(), [ENCODED]).bytes.equals(TEXT)).toBe(true)
  expect(made.length).toBe(1)
  expect((made[0].memory as WebAssembly.Memory).buffer.byteLength).toBeLessThan(8 << 20)
})

test('bodies at the same time do not mix, whether they end, break or are left', () => {
  const { open } = counted()
  const broken = Uint8Array.from(ENCODED).fill(0xff, 900, 1000)
  const left = open()
  left.push(ENCODED.subarray(0, 5000), false)
  const sound = [open(), open(), open()]
  const bad = open()
  const out: Uint8Array[][] = [[], [], []]
  let fault: string | undefined
  for (let at = 0; at < ENCODED.length; at += 700) {
    const last = at + 700 >= ENCODED.length
    fault ??= bad.push(broken.subarray(at, at + 700), last).fault
    for (const [i, decoder] of sound.entries()) out[i].push(...decoder.push(ENCODED.subarray(at, at + 700), last).pieces)
  }
  for (const pieces of out) expect(concat(pieces).equals(TEXT)).toBe(true)
  expect(fault).toBe('malformed')
  expect(pushAll(open(), single(ENCODED.subarray(0, 300))).fault).toBe('malformed')
  expect(pushAll(open(), [ENCODED]).bytes.equals(TEXT)).toBe(true)
})

test('an instance that a large window has grown is let go', () => {
  const { open, made } = counted()
  const wide = zlib.brotliCompressSync(concat(Array.from({ length: 24 }, () => bodies(9)[5].bytes)), {
    params: { [zlib.constants.BROTLI_PARAM_LGWIN]: 24, [zlib.constants.BROTLI_PARAM_QUALITY]: 5 },
  })
  for (let i = 0; i < 3; i++) expect(pushAll(open(), [wide]).fault).toBeUndefined()
  const grown = made.filter((exports) => (exports.memory as WebAssembly.Memory).buffer.byteLength > 4 << 20)
  expect([made.length, grown.length]).toEqual([3, 3])
})

test('a module that fails inside is malformed, never an exception', () => {
  const failing: BrotliModule = {
    start: () => {},
    open: () => ({
      decompress: () => {
        throw new Error('trap')
      },
      free: () => {
        throw new Error('trap')
      },
    }),
  }
  expect(pushAll(createBrotli(failing)(), [ENCODED])).toEqual({ bytes: Buffer.alloc(0), fault: 'malformed' })
})

test('the package’s own classes serve as the module too', async () => {
  const { initSync, BrotliDecStream } = await import('brotli-dec-wasm/web')
  const open = createBrotli({ start: () => void initSync({ module: wasm }), open: () => new BrotliDecStream() })
  for (let i = 0; i < 3; i++) expect(pushAll(open(), [ENCODED]).bytes.equals(TEXT)).toBe(true)
  expect(pushAll(open(), [Uint8Array.of(0xff, 0xff, 0xff, 0xff, 3)]).fault).toBe('malformed')
})
