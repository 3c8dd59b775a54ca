import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const installed = existsSync(new URL('../../node_modules/assemblyscript', import.meta.url))
const FILES = ['kernel.wasm', 'kernel-scalar.wasm']

describe.skipIf(!installed)('the committed kernel (skipped where assemblyscript is not installed)', () => {
  it.each(FILES)('%s is what its source builds', async (file) => {
    const { buildKernel, committedKernel } = await import('../../tools/build-kernel.ts')
    expect(Buffer.from(await buildKernel(file)).equals(committedKernel(file))).toBe(true)
  })

  it.each(FILES)(
    '%s imports a memory and nothing else, has no globals, no data, no table, and exports one function',
    async (file) => {
      const { committedKernel } = await import('../../tools/build-kernel.ts')
      const bytes = committedKernel(file)
      const module = new WebAssembly.Module(bytes as BufferSource)
      expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
      expect(WebAssembly.Module.exports(module).filter(({ kind }) => kind !== 'memory')).toEqual([
        { name: 'run', kind: 'function' },
      ])
      expect(sectionsOf(bytes)).not.toEqual(expect.arrayContaining([expect.toBeOneOf([TABLE, GLOBAL, START, ELEMENT, DATA])]))
    },
  )
})

const [TABLE, GLOBAL, START, ELEMENT, DATA] = [4, 6, 8, 9, 11]

/** Ids of the sections of a module. */
function sectionsOf(bytes: Uint8Array): number[] {
  const ids: number[] = []
  for (let at = 8; at < bytes.length; ) {
    ids.push(bytes[at++])
    let length = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      length |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    at += length
  }
  return ids
}
