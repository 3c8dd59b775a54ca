import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import type { PortableOptions } from '../../src/scanner/kernels/portable/scratch.ts'

export const BUILDS = ['portable', 'simd', 'scalar'] as const
export type Build = (typeof BUILDS)[number]

/** Every kernel passes one suite: the portable one and both builds of the one in WebAssembly. */
export function createKernel(build: Build, options: PortableOptions = {}): Kernel {
  return build === 'portable' ? createPortableKernel(options) : createNodeKernel(build, options)
}

/** All kernels, each with these options. */
export const kernelsWith = (options: PortableOptions = {}): Kernel[] => BUILDS.map((build) => createKernel(build, options))
