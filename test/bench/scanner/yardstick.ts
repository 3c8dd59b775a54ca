import { readFileSync } from 'node:fs'
import { main } from 'assemblyscript/asc'

const STATES = 256
const CLASSES = 64

/** A walk of one step a byte in WebAssembly, over an automaton of 256 states that visits all of them: what the worst case is held against. */
export async function yardstick(mostBytes: number): Promise<(text: Uint8Array) => number> {
  let binary: Uint8Array | undefined
  await main(['yardstick.ts', '--outFile', 'yardstick.wasm', '-O3', '--runtime', 'stub', '--importMemory', '--noAssert'], {
    readFile: (name) =>
      name === 'yardstick.ts' ? readFileSync(new URL('assembly/yardstick.ts', import.meta.url), 'utf8') : null,
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents as Uint8Array
    },
  })
  const table = 65_536
  const text = table + 2 * STATES * CLASSES
  const memory = new WebAssembly.Memory({ initial: Math.ceil((text + mostBytes) / 65_536) })
  const { instance } = await WebAssembly.instantiate(binary as BufferSource, { env: { memory } })
  const walk = instance.exports.walk as (text: number, length: number, classOf: number, table: number) => number
  const bytes = new Uint8Array(memory.buffer)
  for (let b = 0; b < 256; b++) bytes[b] = b % CLASSES
  const states = new Uint16Array(memory.buffer, table, STATES * CLASSES)
  for (let i = 0; i < states.length; i++) states[i] = (i * 167 + 13) % STATES
  return (input) => {
    bytes.set(input, text)
    const started = performance.now()
    walk(text, input.length, 0, table)
    return performance.now() - started
  }
}
