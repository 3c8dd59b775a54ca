import type { Kernel } from '../../kernel.ts'
import {
  ASKED_ALL,
  ASKED_APART,
  ASKED_FIELDS,
  ASKED_LISTS,
  DONE,
  H_STATUS,
  L_ANSWER,
  L_ASKED,
  L_END,
  L_FROM,
  L_TEXT,
  LOOK_BEFORE,
  LOOK_BLOCK,
  LOOK_VERSION,
} from './assembly/layout.ts'
import { type KernelBuffer, type KernelHost, openHeader } from './host.ts'

/** Bytes handed over at once, beside those around them. */
const PIECE = 16_384
const LENGTH = L_TEXT + LOOK_BEFORE + PIECE + LOOK_BLOCK
/** Says nothing of what is beside it. */
const QUOTE = 0x22

/**
 * The look of a host whose kernel has it (the scalar build has not). A text is looked over from its start to its end, piece by piece, in a buffer of its own
 * in which the piece at hand stays between calls.
 */
export function lookOn(host: KernelHost): Kernel['look'] {
  const look = new Look(host)
  if (!look.isAble()) return undefined
  return (text, from, apart, tags) => look.next(text, from, !apart ? ASKED_ALL : tags ? ASKED_FIELDS : ASKED_APART)
}

/** The search for lists, likewise. */
export function listsOn(host: KernelHost): Kernel['nextList'] {
  const look = new Look(host)
  return look.isAble() ? (text, from) => look.next(text, from, ASKED_LISTS) : undefined
}

class Look {
  readonly #host: KernelHost
  #buffer: KernelBuffer | undefined
  #header: Int32Array = new Int32Array(0)
  #area: Uint8Array = new Uint8Array(0)
  /** Offset of the piece at hand. */
  #at = 0
  #asked: number = ASKED_ALL

  constructor(host: KernelHost) {
    this.#host = host
  }

  isAble(): boolean {
    this.#bring(new Uint8Array(1), 0)
    this.#ask(0, 1)
    return this.#header[H_STATUS / 4] === DONE
  }

  /** Offset from `from` on of the first place that is asked for; the length of the text when there is none. */
  next(text: Uint8Array, from: number, asked: number): number {
    const { length } = text
    this.#asked = asked
    for (let at = from; at < length; ) {
      // From the start, another text may have come in the same bytes.
      if (at === 0 || at >= this.#at + PIECE || !this.#isThere()) this.#bring(text, at)
      const end = Math.min(length - this.#at, PIECE)
      const found = this.#ask(at - this.#at, end)
      if (found < end) return this.#at + found
      at = this.#at + end
    }
    return length
  }

  #ask(from: number, end: number): number {
    this.#header[L_FROM / 4] = LOOK_BEFORE + from
    this.#header[L_END / 4] = LOOK_BEFORE + end
    this.#header[L_ASKED / 4] = this.#asked
    this.#buffer!.run()
    return this.#header[L_ANSWER / 4] - LOOK_BEFORE
  }

  #isThere(): boolean {
    return this.#buffer?.valid === true && this.#header.length > 0
  }

  #bring(text: Uint8Array, at: number): void {
    if (!this.#isThere()) this.#open()
    const from = Math.max(0, at - LOOK_BEFORE)
    const to = Math.min(text.length, at + PIECE + LOOK_BLOCK)
    const start = LOOK_BEFORE - (at - from)
    this.#area.fill(QUOTE, 0, start)
    this.#area.set(text.subarray(from, to), start)
    this.#area.fill(QUOTE, start + to - from, Math.min(this.#area.length, start + to - from + LOOK_BLOCK))
    this.#at = at
  }

  #open(): void {
    if (this.#buffer?.valid !== true) this.#buffer = this.#host.allocate(LENGTH)
    this.#header = openHeader(this.#buffer, L_TEXT, LOOK_VERSION)
    this.#area = this.#buffer.bytes.subarray(L_TEXT)
  }
}
