/// <reference types="@fastly/js-compute" />
import { SecretStore } from 'fastly:secret-store'
import type { NativeSearches } from '../../src/scanner/compile/native-searches.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { createWasmKernel } from '../../src/scanner/kernels/wasm/kernel.ts'
import { isLinked, linkedHost } from '../../src/scanner/kernels/wasm/linked.ts'

/** What the linker put the kernel in front of (docs/fastly-linked.md). User bytes never come first in what it is given. */
const call = (bytes: Uint8Array) => SecretStore.fromBytes(bytes)

/** What a piece costs in interpreted script is some 50 µs, whatever its length: pieces of 64 KiB. */
const BLOCKS_PER_PIECE = 16

/**
 * The kernel that is linked into the engine; the portable one where none is, or one of another version. Which, is asked at the first use, as
 * the platform is not there before the first request.
 */
export function linkedKernel(searches: readonly NativeSearches[] = []): Kernel {
  const linked = createWasmKernel(linkedHost(call), { blocksPerPiece: BLOCKS_PER_PIECE })
  const portable = createPortableKernel({}, searches)
  let found: Kernel | undefined
  const kernel = (): Kernel => (found ??= isLinked(call) ? linked : portable)
  return {
    get name() {
      return kernel().name
    },
    open: (tables) => kernel().open(tables),
    load(tables) {
      linked.load(tables)
      portable.load?.(tables)
    },
    get look() {
      return kernel().look
    },
    get nextList() {
      return kernel().nextList
    },
    get track() {
      return kernel().track
    },
  }
}
