import wasm from 'brotli-dec-wasm/web/bg.wasm'
import { createBrotli } from '../../src/body/brotli.ts'
import { brotliModule } from '../../src/body/brotli-module.ts'

/** Brotli, from the module that the bundler puts beside the script. */
export const workersBrotli = createBrotli(
  brotliModule((imports) => new WebAssembly.Instance(wasm, imports as WebAssembly.Imports).exports),
)
