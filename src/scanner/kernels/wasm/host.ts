import { H_VERSION, MAGIC_0, MAGIC_1, MAGIC_2, MAGIC_3 } from './assembly/layout.ts'

/** A buffer the kernel can be called on. */
export interface KernelBuffer {
  /** Its bytes. Ask again after anything that may have made another buffer. */
  readonly bytes: Uint8Array
  /** Runs the kernel on it; what came of it is in the buffer. */
  run(): void
  /** False once its room was given to others. */
  readonly valid: boolean
}

/** Where such buffers come from: the memory of an instance, or whatever the platform calls linked code on. */
export interface KernelHost {
  allocate(length: number): KernelBuffer
}

/** An instance of kernel.wasm or kernel-scalar.wasm and the memory it imports as `env.memory`, made by an adapter. */
export interface KernelInstance {
  readonly memory: { readonly buffer: ArrayBufferLike; grow(pages: number): number }
  run(buffer: number, length: number): number
}

/** The header of `length` bytes at the start of a buffer, by which the kernel knows what it is asked: the magic number, and the version of the question. */
export function openHeader({ bytes }: KernelBuffer, length: number, version: number): Int32Array {
  const header = new Int32Array(bytes.buffer, bytes.byteOffset, length / 4)
  header.set([MAGIC_0, MAGIC_1, MAGIC_2, MAGIC_3])
  header[H_VERSION / 4] = version
  return header
}

const PAGE = 65_536
/** Beyond this the room of all buffers is taken back, and those still in use are written again. */
const MAX_BYTES = 64 << 20

class InstanceBuffer implements KernelBuffer {
  readonly #host: InstanceHost
  readonly #at: number
  readonly #length: number
  readonly #generation: number
  #bytes: Uint8Array

  constructor(host: InstanceHost, at: number, length: number) {
    this.#host = host
    this.#at = at
    this.#length = length
    this.#generation = host.generation
    this.#bytes = new Uint8Array(host.instance.memory.buffer, at, length)
  }

  get valid(): boolean {
    return this.#generation === this.#host.generation
  }

  get bytes(): Uint8Array {
    // Growing a memory detaches the views of it.
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#host.instance.memory.buffer, this.#at, this.#length)
    return this.#bytes
  }

  run(): void {
    this.#host.instance.run(this.#at, this.#length)
  }
}

class InstanceHost implements KernelHost {
  readonly instance: KernelInstance
  readonly #maxBytes: number
  generation = 0
  #top = 0

  constructor(instance: KernelInstance, maxBytes: number) {
    this.instance = instance
    this.#maxBytes = maxBytes
  }

  allocate(length: number): KernelBuffer {
    const room = (length + 63) & ~63
    if (this.#top > 0 && this.#top + room > this.#maxBytes) {
      this.generation++
      this.#top = 0
    }
    const { memory } = this.instance
    const missing = this.#top + room - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE))
    const at = this.#top
    this.#top += room
    return new InstanceBuffer(this, at, length)
  }
}

/** Buffers in the memory of one instance, side by side. */
export function instanceHost(instance: KernelInstance, maxBytes: number = MAX_BYTES): KernelHost {
  return new InstanceHost(instance, maxBytes)
}
