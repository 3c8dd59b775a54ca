import type { RuleTables } from '../../compile/tables.ts'
import type { Kernel } from '../../kernel.ts'
import { CARRY, type PortableOptions, Scratch } from '../portable/scratch.ts'
import type { KernelBuffer, KernelHost } from './host.ts'
import { buildImage, type Image } from './image.ts'
import { listsOn, lookOn } from './look.ts'
import { WasmSession } from './session.ts'
import { trackOn } from './track.ts'

/** Text is handed over in pieces of 16 KiB: what a call costs is small beside it, and it stays in the nearest cache. */
const BLOCKS_PER_PIECE = 4

/** The tables of one set of rules where the kernel reads them, and views of what a call reads and writes. */
export class Resident {
  readonly buffer: KernelBuffer
  readonly header: Int32Array
  readonly window: Uint8Array
  readonly records: Int32Array
  readonly ruleState: Int32Array
  /** Where in the buffer the bits of the rule in slot `i` are, and those bits. */
  readonly liveAt: (slot: number) => number
  readonly liveBits: (slot: number) => Uint8Array

  constructor(buffer: KernelBuffer, image: Omit<Image, 'bytes'>, windowBytes: number) {
    const { bytes } = buffer
    const words = (from: number) => new Int32Array(bytes.buffer, bytes.byteOffset + from, (bytes.length - from) >> 2)
    this.buffer = buffer
    this.header = words(0)
    this.window = bytes.subarray(image.window, image.window + windowBytes)
    this.records = words(image.records)
    this.ruleState = words(image.ruleState)
    this.liveAt = (slot) => image.live + slot * image.liveBytes
    this.liveBits = (slot) => bytes.subarray(this.liveAt(slot), this.liveAt(slot + 1))
  }

  /** False: the buffer is not theirs any more, or the memory has grown and is seen through other views. */
  get isThere(): boolean {
    return this.buffer.valid && this.window.length > 0
  }
}

/** What the sessions of a kernel share. */
export class WasmShared {
  readonly scratch: Scratch
  private readonly host: KernelHost
  private readonly known = new WeakMap<RuleTables, { resident: Resident; image: Omit<Image, 'bytes'> }>()
  private epoch = 0

  constructor(host: KernelHost, options: PortableOptions) {
    this.host = host
    this.scratch = new Scratch(options)
  }

  nextEpoch(): number {
    this.epoch = (this.epoch + 1) | 0
    return this.epoch
  }

  /** Where the tables are now: written when they are not there, seen anew when the memory has grown. */
  residentOf(tables: RuleTables): Resident {
    const windowBytes = CARRY + this.scratch.pieceBytes
    const known = this.known.get(tables)
    if (known?.resident.buffer.valid) {
      if (known.resident.window.length === 0) known.resident = new Resident(known.resident.buffer, known.image, windowBytes)
      return known.resident
    }
    const image = buildImage(tables, windowBytes)
    const buffer = this.host.allocate(image.bytes.length)
    buffer.bytes.set(image.bytes)
    const { bytes: _, ...places } = image
    const resident = new Resident(buffer, places, windowBytes)
    this.known.set(tables, { resident, image: places })
    return resident
  }
}

/**
 * The kernel that leaves the text to WebAssembly (assembly/kernel.ts): screen, exact windows, guards and the walks of most
 * matches. What straddles pieces, long repeats and the fall-back are the portable kernel's. Sessions share its memory.
 */
export function createWasmKernel(host: KernelHost, options: PortableOptions = {}): Required<Pick<Kernel, 'load'>> & Kernel {
  const shared = new WasmShared(host, { blocksPerPiece: BLOCKS_PER_PIECE, ...options })
  let look: { readonly call: Kernel['look'] } | undefined
  let lists: { readonly call: Kernel['nextList'] } | undefined
  let track: { readonly call: Kernel['track'] } | undefined
  return {
    name: 'wasm',
    open: (tables) => new WasmSession(tables, shared),
    // Asked of the host at the first use: where the kernel is linked in, it may be there only then.
    get look() {
      look ??= { call: lookOn(host) }
      return look.call
    },
    get nextList() {
      lists ??= { call: listsOn(host) }
      return lists.call
    },
    get track() {
      track ??= { call: trackOn(host) }
      return track.call
    },
    load: (tables) => void shared.residentOf(tables),
  }
}
