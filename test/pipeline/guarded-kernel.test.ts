import { expect, test } from 'vitest'
import { guardKernel, KernelFailed } from '../../src/pipeline/guarded-kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'

test('a look that fails is a kernel that fails: another takes its place, which may have none', () => {
  const broken = { ...createPortableKernel(), name: 'wasm' as const, look: () => expect.unreachable('out of memory') }
  const kernel = guardKernel(broken, createPortableKernel)
  const { look } = kernel
  expect(kernel.look).toBe(look)
  expect(() => look!(new Uint8Array(8), 0)).toThrow(new KernelFailed('wasm', true))
  expect([kernel.current.name, kernel.look]).toEqual(['portable', undefined])
})
