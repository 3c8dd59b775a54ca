import { ABI_VERSION, H_STATUS, H_VERSION, HEADER_BYTES, MAGIC_0, MAGIC_1, MAGIC_2, MAGIC_3 } from './assembly/layout.ts'
import type { KernelBuffer, KernelHost } from './host.ts'

/**
 * The kernel where it is part of the engine that runs this script: reached through a call of the platform that takes bytes, which
 * the linker put the kernel in front of (tools/link-engine.ts). Bytes that do not begin with the kernel's sixteen go on to the platform.
 */
export type BytesCall = (bytes: Uint8Array) => unknown

/** A header of this version asks whether a kernel is linked; the linker's own function answers in H_STATUS: the kernel's version. */
export const ASK_VERSION = 0x10002

/** Is a kernel of this version behind `call`? Where none is, the platform is given 192 bytes that mean nothing. Never throws. */
export function isLinked(call: BytesCall): boolean {
  const question = new Uint8Array(HEADER_BYTES)
  const words = new Uint32Array(question.buffer)
  words.set([MAGIC_0, MAGIC_1, MAGIC_2, MAGIC_3])
  words[H_VERSION / 4] = ASK_VERSION
  try {
    call(question)
  } catch {
    return false
  }
  return words[H_STATUS / 4] === ABI_VERSION
}

class LinkedBuffer implements KernelBuffer {
  readonly bytes: Uint8Array
  readonly valid = true
  readonly #call: BytesCall

  constructor(length: number, call: BytesCall) {
    this.bytes = new Uint8Array(length)
    this.#call = call
  }

  run(): void {
    this.#call(this.bytes)
  }
}

/** Buffers are arrays of the script: the kernel works on the memory they lie in. */
export function linkedHost(call: BytesCall): KernelHost {
  return { allocate: (length) => new LinkedBuffer(length, call) }
}
