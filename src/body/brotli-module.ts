/**
 * The `BrotliModule` of `brotli-dec-wasm` 2.3.2 (MIT or Apache-2.0), from its `pkg/brotli_dec_wasm_bg.wasm` alone: the package's own
 * JavaScript fetches the file, waits at top level and keeps one memory for ever. This is its wasm-bindgen interface, as far as
 * a decoder needs it. An adapter gives `instantiate`:
 *
 *     import wasm from 'brotli-dec-wasm/web/bg.wasm'   // Workers: a WebAssembly.Module
 *     brotliModule((imports) => new WebAssembly.Instance(wasm, imports).exports)
 *
 * Each stream has an instance to itself while it runs (0.3 ms to make), so an abandoned body is collected with it and a fault
 * stays its own. A few small ones are kept for the next bodies; one that grew is let go, as Wasm memory never shrinks.
 */
import type { BrotliModule, BrotliResult, BrotliStream } from './brotli.ts'

export type Instantiate = (imports: Record<string, Record<string, (...args: number[]) => unknown>>) => unknown

/** What of the module's exports is used. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly __wbindgen_externrefs: { grow(count: number): number; set(index: number, value: unknown): void }
  __externref_table_dealloc(index: number): void
  __wbindgen_start(): void
  __wbindgen_malloc(bytes: number, align: number): number
  __wbindgen_free(at: number, bytes: number, align: number): void
  brotlidecstream_new(): number
  /** Takes over the input buffer; answers [result, error, failed]. */
  brotlidecstream_dec(stream: number, input: number, length: number, room: number): readonly [number, number, number]
  __wbg_brotlidecstream_free(stream: number, unused: number): void
  /** Answers [address, length] of a copy that the caller frees. */
  __wbg_get_brotlistreamresult_buf(result: number): readonly [number, number]
  __wbg_get_brotlistreamresult_code(result: number): number
  __wbg_get_brotlistreamresult_input_offset(result: number): number
  __wbg_brotlistreamresult_free(result: number, unused: number): void
}

const SPARE_INSTANCES = 4
const SPARE_BYTES = 4 << 20

export function brotliModule(instantiate: Instantiate): BrotliModule {
  const spare: Exports[] = []
  return {
    start() {
      spare.push(start(instantiate))
    },
    open() {
      const wasm = spare.pop() ?? start(instantiate)
      return new Stream(wasm, () => {
        if (spare.length < SPARE_INSTANCES && wasm.memory.buffer.byteLength <= SPARE_BYTES) spare.push(wasm)
      })
    },
  }
}

function start(instantiate: Instantiate): Exports {
  let wasm: Exports | undefined
  const imports = {
    './brotli_dec_wasm_bg.js': {
      // The first entries of the table stand for undefined, null, true and false.
      __wbindgen_init_externref_table() {
        const table = wasm!.__wbindgen_externrefs
        const at = table.grow(4)
        table.set(0, undefined)
        for (const [i, value] of [undefined, null, true, false].entries()) table.set(at + i, value)
      },
      // Error values: only that there was one is told, never a text.
      __wbg_Error_83742b46f01ce22d: () => 'malformed',
      __wbg_new_227d7c05414eb861: () => 'malformed',
      __wbg_stack_3b0d974bbf31e44f() {
        throw new Error('brotli: the module failed')
      },
      __wbg___wbindgen_throw_6ddd609b62940d55() {
        throw new Error('brotli: the module failed')
      },
      // What the module would write to the console.
      __wbg_error_a6fa202b58aa1cd3: (at: number, length: number) => wasm!.__wbindgen_free(at, length, 1),
    },
  }
  wasm = instantiate(imports) as Exports
  wasm.__wbindgen_start()
  return wasm
}

class Stream implements BrotliStream {
  readonly #wasm: Exports
  readonly #giveBack: () => void
  #stream: number
  #broken = false

  constructor(wasm: Exports, giveBack: () => void) {
    this.#wasm = wasm
    this.#giveBack = giveBack
    this.#stream = wasm.brotlidecstream_new()
  }

  decompress(input: Uint8Array, room: number): BrotliResult {
    const wasm = this.#wasm
    // True until all calls have come back: an instance that trapped is not used again.
    this.#broken = true
    const at = wasm.__wbindgen_malloc(input.length, 1) >>> 0
    new Uint8Array(wasm.memory.buffer).set(input, at)
    const [result, error, failed] = wasm.brotlidecstream_dec(this.#stream, at, input.length, room)
    if (failed) {
      wasm.__externref_table_dealloc(error)
      this.#broken = false
      throw new Error('brotli: corrupt')
    }
    const code = wasm.__wbg_get_brotlistreamresult_code(result)
    const taken = wasm.__wbg_get_brotlistreamresult_input_offset(result) >>> 0
    const [from, length] = wasm.__wbg_get_brotlistreamresult_buf(result)
    const buf = new Uint8Array(wasm.memory.buffer).slice(from >>> 0, (from >>> 0) + length)
    if (length > 0) wasm.__wbindgen_free(from, length, 1)
    wasm.__wbg_brotlistreamresult_free(result, 0)
    this.#broken = false
    return { buf, code, input_offset: taken, free: () => {} }
  }

  free(): void {
    if (this.#stream === 0 || this.#broken) return
    this.#broken = true
    this.#wasm.__wbg_brotlidecstream_free(this.#stream, 0)
    this.#stream = 0
    this.#giveBack()
  }
}
