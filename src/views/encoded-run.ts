/** Hears what the bytes of a run stand for. */
export interface RunSink {
  /** Text bytes `from`…`to` stand for `bytes[0…length)`; copy what is kept. */
  decoded(bytes: Uint8Array, length: number, from: number, to: number): void
}

/**
 * Text that stands for other text as a whole: base64, base32, hexadecimal. It is read unit by unit (three bytes, five, one) and an edit rewrites whole units,
 * so that the rest of the run keeps its place and its meaning. Offsets are absolute in the text the run stands in.
 */
export interface EncodedRun {
  /** Bytes that a unit stands for. */
  readonly unitBytes: number
  /** The run has ended, or what it stands for is no text; what follows `at` does not belong to it. */
  readonly done: boolean
  /** Text is read up to here. */
  readonly at: number
  /** Where the unit begins that is not whole yet; `at` when there is none. */
  readonly unitAt: number
  /** Reads on in `text[…end)`, whose first byte has offset `base`. `last`: the text ends at `end`. */
  pull(text: Uint8Array, base: number, end: number, last: boolean, sink: RunSink): void
  /** How many blanks `length` bytes need to stand in whole units in place of `replaced`. */
  blanks(length: number, replaced: number): number
  /**
   * Writes `lead`, `text` and `trail` in place of units that stood for `replaced` bytes; `atEnd`: the last unit of the run is one of them.
   * Blanks are put behind `text` where units would not be whole otherwise.
   */
  encode(lead: Uint8Array, text: Uint8Array, trail: Uint8Array, replaced: number, atEnd: boolean): Uint8Array
}
