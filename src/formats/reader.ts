import type { Reason } from '../core/reasons.ts'
import type { FieldKind, Span } from '../core/words.ts'

/**
 * A reader turns the bytes of one document into fields. It is pushed windows (any cut gives the same calls, runs of
 * `plain` excepted, which may be cut anywhere) and calls its sink; it knows nothing of rules, allocates nothing per byte,
 * is iterative, never throws on input, and never holds more than one token fragment.
 * Offsets are absolute in the reader's input.
 */
export interface FieldSink {
  /** A field's content starts at source offset `at`. `reader.key` and `reader.path()` are valid from here to its `close`. */
  open(kind: FieldKind, at: number): void
  /** Source bytes `from`…`to`, all inside the current window, stand for themselves. */
  plain(from: number, to: number): void
  /**
   * Source bytes `from`…`to` (an escape; perhaps begun in an earlier window) stand for `bytes[0…length)`, also for nothing (a soft line
   * break). Where characters share bits (base64), a piece may begin with the last character of the one before. Copy what is kept.
   */
  decoded(bytes: Uint8Array, length: number, from: number, to: number): void
  /** Source bytes `from`…`to`, all inside the current window, stand one for one for `bytes`. Optional: those that differ are told as decoded. Copy what is kept. */
  transcribed?(bytes: Uint8Array, from: number, to: number): void
  /** The next decoded piece is a copy of what stands at these places before it: they are edited with it. */
  copied?(spans: readonly Span[]): void
  /** The field's content ends at source offset `at`. */
  close(at: number): void
  /** What the document is not quite; counted once per call. */
  remark(remark: 'malformed' | 'ambiguous'): void
  /** Source offset up to which no field from `at` on, a place between tokens, needs to be told; at most `at`: it may. Optional: all are told. Asked for in growing order. */
  quietTo?(at: number): number
  /** Need a text that is source bytes `from`…`to`, in the current window, not be told as a field? With `quietTo`, asked for in growing order with it. */
  isQuiet?(from: number, to: number): boolean
  /** Source offset up to which the sink can say so yet. */
  readonly seenTo?: number
  /** Source bytes `from`…`to` spell a document that is read and edited as a whole. Optional: who does not take it passes it over. */
  packed?(document: PackedDocument, from: number, to: number): void
}

/** A document that is spelled as a whole (compressed). */
export interface PackedDocument {
  readonly bytes: Uint8Array
  /** Content-Type of the document, null if there is none. */
  readonly contentType: string | null
  /** Spells the document again, given its edited bytes in pieces. */
  pack(pieces: readonly Uint8Array[]): Uint8Array
}

/** Where an edit goes: source bytes `start`…`end`, and what stands there now. */
export interface EditPlace {
  readonly start: number
  readonly end: number
  readonly bytes: Uint8Array
}

export interface FieldWriter {
  /**
   * Writes `text` (UTF-8 marks, never arbitrary input) so that it can stand inside an open field of this format; `text` itself where that is how it is written.
   * `kind` number: the whole token is replaced, so a JSON reader answers a quoted string. `place` is said where it is known.
   */
  encode(text: Uint8Array, kind: FieldKind, place?: EditPlace): Uint8Array
}

export interface Reader extends FieldWriter {
  /** Reads the next window. `last`: the document ends with it (then open fields are closed and remarked). */
  feed(window: Uint8Array, last: boolean): void
  /** Another document begins, for the same sink: answers who reads it, in the room of this reader, which is done. What reads documents in fields has it. */
  restart?(): Reader
  /**
   * Source offset from which on nothing is decided yet by the reader itself: the start of a token fragment it keeps
   * (an escape cut in two, a number or name not yet ended). Everything before has been given to the sink.
   */
  readonly held: number
  /**
   * Bytes at the end of the last window that were left unread, the beginning of a token of which nothing may have to be told: they must begin the next window.
   * Default none.
   */
  readonly left?: number
  /** Bytes given up by the reader because of `depth-limit`: from this offset on nothing was read as structure; -1 if none. */
  readonly depthLimitAt: number
  /** The nearest name of the open field (JSON member key, form name), decoded; '' if none. Array elements inherit it. */
  readonly key: string
  /** The names around the open field, outermost first, the nearest last (`key` included); array indexes are left out. */
  keys(): readonly string[]
  /** Place of the open field as in RFC 6901 (`/orders/0/card`); '' at the root. */
  path(): string
  /** A name may be spelled in the source otherwise than it reads, so that who looks the source over does not see it. Default: that is known by other means. */
  readonly namesHide?: boolean
  /** Who writes into the open field, where a reader's fields are not all written alike; good also when the field is closed. Default: the reader. */
  readonly writer?: FieldWriter
  /** The text that is read across structure, where a format has such. Must be connected before the first `feed`. */
  readonly flow?: FlowReader
  /** Source bytes passed over so far, by reason, where a document may hold such as a reader cannot read. Default none. */
  readonly passedOver?: Readonly<Partial<Record<Reason, number>>>
  /** A string of the open field's format stands in quotes, and `null` for no value (JSON). Default false. */
  readonly quoted?: boolean
  /**
   * Values that a receiver may join follow one another and share this number: the scalars an array begins with, fields or elements of one name. 0, the
   * default: the open field is none of such.
   */
  readonly list?: number
  /** False: no value can be taken out whole, only replaced. Default true. */
  readonly droppable?: boolean
}

/** Hears of text that is read across structure: what lies in a gap is no part of it, and stays whatever is edited around it. */
export interface FlowSink extends FieldSink {
  /** Source bytes `from`…`to` inside the open field (perhaps of earlier windows) are no text of it; `divides`: a line ends there. */
  gap(from: number, to: number, divides: boolean): void
}

/**
 * A second channel of a reader whose fields enclose fields of the first (the text of a page, and the attributes of the tags in it). Its
 * names and `held` are its own; it is fed with its reader, and tells what it finds to the sink connected to it.
 */
export interface FlowReader extends Reader {
  connect(sink: FlowSink): void
}
