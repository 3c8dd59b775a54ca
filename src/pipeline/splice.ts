import type { EditPlace } from '../formats/reader.ts'
import type { KeyedValue } from '../transform/keyed-values.ts'
import type { Encoding } from './encoding.ts'

/** One edit in the making; `hash` waits for its digest. */
export interface PendingEdit {
  readonly start: number
  readonly end: number
  /** Shared: equal edits may have the same bytes. */
  bytes: Uint8Array
  /** The bytes are still to come. */
  readonly later?: Promise<Uint8Array>
  readonly keyed?: { readonly of: KeyedValue; readonly encoding: Encoding }
}

/** Source bytes from one offset to another, valid for the moment. */
export type BytesOf = (from: number, to: number) => Uint8Array

/** Where an edit goes; few writers ask for the bytes that stand there. */
export class SourcePlace implements EditPlace {
  readonly start: number
  readonly end: number
  readonly #bytesOf: BytesOf

  constructor(start: number, end: number, bytesOf: BytesOf) {
    this.start = start
    this.end = end
    this.#bytesOf = bytesOf
  }

  get bytes(): Uint8Array {
    return this.#bytesOf(this.start, this.end)
  }
}

/** With fewer bytes than this from edit to edit all is copied into one piece: a piece costs more than its bytes. */
const DENSE = 1024
/** Shorter runs are copied byte by byte. */
const SHORT = 48

/** The source from `from` to `until` with its edits, which lie in order behind `from`; the last may reach beyond `until`. In pieces. */
export function splice(bytesOf: BytesOf, edits: readonly PendingEdit[], from: number, until: number): Uint8Array[] {
  if (edits.length > 1 && until - from < DENSE * edits.length) return [spliced(bytesOf, edits, from, until)]
  const pieces: Uint8Array[] = []
  let at = from
  for (const { start, end, bytes } of edits) {
    if (start > at) pieces.push(bytesOf(at, start))
    // A stream may take the bytes it is given.
    if (bytes.length > 0) pieces.push(bytes.slice())
    at = end
  }
  if (until > at) pieces.push(bytesOf(at, until))
  return pieces
}

function spliced(bytesOf: BytesOf, edits: readonly PendingEdit[], from: number, until: number): Uint8Array {
  const end = Math.max(until, edits[edits.length - 1].end)
  let length = 0
  let behind = from
  for (const edit of edits) {
    length += Math.max(0, edit.start - behind) + edit.bytes.length
    behind = edit.end
  }
  length += end - behind
  const out = new Uint8Array(length)
  const source = bytesOf(from, end)
  let filled = 0
  let at = from
  for (const edit of edits) {
    filled = put(out, filled, source, at - from, edit.start - from)
    filled = put(out, filled, edit.bytes, 0, edit.bytes.length)
    at = edit.end
  }
  put(out, filled, source, at - from, end - from)
  return out
}

/** Copies `bytes[start…end)` to `out[at…]`; answers where the next goes. */
function put(out: Uint8Array, at: number, bytes: Uint8Array, start: number, end: number): number {
  if (end - start < SHORT) for (let i = start; i < end; i++) out[at++] = bytes[i]
  else {
    out.set(bytes.subarray(start, end), at)
    at += end - start
  }
  return at
}
