import { type JsonTrack, type JsonTrackOptions, TRACK_PIECE, type TrackJson } from '../../../core/json-track.ts'
import {
  DONE,
  H_STATUS,
  T_AT,
  T_DEPTH,
  T_END,
  T_FROM,
  T_INDEXES,
  T_KINDS,
  T_LOW,
  T_MOST_DEPTH,
  T_NAME_FROM,
  T_NAME_TO,
  T_OUT,
  T_PLACE,
  T_SEQUENCE,
  T_TEXT,
  TRACK_BEHIND,
  TRACK_DEPTH,
  TRACK_VERSION,
} from './assembly/layout.ts'
import { type KernelBuffer, type KernelHost, openHeader } from './host.ts'

/** Where the text begins in its area. */
const LEAD = 16
const LENGTH = T_TEXT + LEAD + TRACK_PIECE + TRACK_BEHIND
const TOP = 0

/** The track of a host whose kernel has it (the scalar build has not). */
export function trackOn(host: KernelHost): TrackJson | undefined {
  const tracker = new Tracker(host)
  return tracker.isAble() ? (text, from, to, track, options) => tracker.follow(text, from, to, track, options) : undefined
}

class Tracker {
  readonly #host: KernelHost
  #buffer: KernelBuffer | undefined
  #header: Int32Array = new Int32Array(0)
  #kinds: Uint8Array = new Uint8Array(0)
  #indexes: Uint32Array = new Uint32Array(0)
  #nameFrom: Int32Array = new Int32Array(0)
  #nameTo: Int32Array = new Int32Array(0)
  #text: Uint8Array = new Uint8Array(0)

  constructor(host: KernelHost) {
    this.#host = host
  }

  isAble(): boolean {
    this.#open()
    this.#ask(LEAD, LEAD, TOP, 0, 1, false)
    return this.#header[H_STATUS / 4] === DONE
  }

  /** As `TrackJson`; at most one piece at once. */
  follow(text: Uint8Array, from: number, to: number, track: JsonTrack, { maxDepth, sequence }: JsonTrackOptions): number {
    const length = Math.min(to - from, TRACK_PIECE)
    const { depth } = track
    this.#open()
    this.#text.set(from === 0 && length === text.length ? text : text.subarray(from, from + length), LEAD)
    for (let level = 0; level <= depth; level++) {
      this.#kinds[level] = track.kinds[level]
      this.#indexes[level] = track.indexes[level]
      this.#nameFrom[level] = -1
    }
    this.#ask(LEAD, LEAD + length, track.place, depth, maxDepth, sequence)
    const header = this.#header
    if (header[H_STATUS / 4] !== DONE) throw new Error('the kernel refused its buffer')
    track.place = header[T_PLACE / 4]
    track.depth = header[T_DEPTH / 4]
    track.low = header[T_LOW / 4]
    track.out = header[T_OUT / 4] === 1
    const shift = from - LEAD
    for (let level = track.low; level <= track.depth; level++) {
      track.kinds[level] = this.#kinds[level]
      track.indexes[level] = this.#indexes[level]
      const name = this.#nameFrom[level]
      track.nameFrom[level] = name < 0 ? -1 : name + shift
      track.nameTo[level] = this.#nameTo[level] + shift
    }
    return header[T_AT / 4] + shift
  }

  #ask(from: number, end: number, place: number, depth: number, maxDepth: number, sequence: boolean): void {
    const header = this.#header
    header[T_FROM / 4] = from
    header[T_END / 4] = end
    header[T_PLACE / 4] = place
    header[T_DEPTH / 4] = depth
    header[T_MOST_DEPTH / 4] = Math.min(maxDepth, TRACK_DEPTH)
    header[T_SEQUENCE / 4] = sequence ? 1 : 0
    this.#buffer!.run()
  }

  #open(): void {
    if (this.#buffer?.valid === true && this.#header.length > 0) return
    if (this.#buffer?.valid !== true) this.#buffer = this.#host.allocate(LENGTH)
    const { bytes } = this.#buffer
    const { buffer } = bytes
    const at = bytes.byteOffset
    const levels = TRACK_DEPTH + 1
    this.#header = openHeader(this.#buffer, T_KINDS, TRACK_VERSION)
    this.#kinds = new Uint8Array(buffer, at + T_KINDS, levels)
    this.#indexes = new Uint32Array(buffer, at + T_INDEXES, levels)
    this.#nameFrom = new Int32Array(buffer, at + T_NAME_FROM, levels)
    this.#nameTo = new Int32Array(buffer, at + T_NAME_TO, levels)
    this.#text = bytes.subarray(T_TEXT)
  }
}
