import type { FieldKind } from '../core/words.ts'
import type { EditPlace, FieldWriter } from '../formats/reader.ts'
import type { EncodedRun } from '../views/encoded-run.ts'

/** One encoding between a finding and the source: writes a replacement so that it can stand in the text one further out. */
export interface Layer {
  /** `place` is known where the next text is the source. */
  encode(text: Uint8Array, place?: EditPlace): Uint8Array
}

/** Layers from the innermost to the source's own. */
export type Encoding = readonly Layer[]

/** Writes `text` through each layer; the outermost knows the place. */
export function encodeThrough(text: Uint8Array, encoding: Encoding, place: EditPlace | undefined): Uint8Array {
  let bytes = text
  for (let i = 0; i < encoding.length; i++) bytes = encoding[i].encode(bytes, i === encoding.length - 1 ? place : undefined)
  return bytes
}

const BLANK = 0x20
/** Most blanks tried: any remainders of runs of two kinds, one of them twice. */
const MAX_BLANKS = 75

/**
 * Writes a mark through the encodings it stands in; the outermost knows the place. Blanks behind it make runs within come out in whole units, as few as will do; where none will (the
 * triplets of a percent encoding are three bytes each), the run fills itself up.
 */
export function encodeMark(mark: Uint8Array, encoding: Encoding, place: EditPlace): Uint8Array {
  // with so many blanks, every remainder of every run has come up
  let enough = 1
  for (const layer of encoding) if (layer instanceof RunLayer) enough *= layer.run.unitBytes
  for (let blanks = 0; enough > 1 && blanks < Math.min(enough, MAX_BLANKS); blanks++) {
    let bytes: Uint8Array = new Uint8Array(mark.length + blanks).fill(BLANK)
    bytes.set(mark)
    const fits = encoding.every((layer, i) => {
      const whole = !(layer instanceof RunLayer) || layer.fits(bytes)
      bytes = layer.encode(bytes, i === encoding.length - 1 ? place : undefined)
      return whole
    })
    if (fits) return bytes
  }
  return encodeThrough(mark, encoding, place)
}

/** A replacement in a field of a format. */
export class FieldLayer implements Layer {
  readonly writer: FieldWriter
  readonly kind: FieldKind

  constructor(writer: FieldWriter, kind: FieldKind) {
    this.writer = writer
    this.kind = kind
  }

  encode(text: Uint8Array, place?: EditPlace): Uint8Array {
    return this.writer.encode(text, this.kind, place)
  }
}

/** The encoding of what stands in a number's place as it is, without the quotes of a string. */
export function bare(encoding: Encoding): Encoding {
  return encoding.map((layer, i) => (i === 0 && layer instanceof FieldLayer ? new FieldLayer(layer.writer, 'text') : layer))
}

/**
 * A replacement inside a run that is decoded in units: whole units are written, with what stands beside the replaced part in the first and last of them.
 */
export class RunLayer implements Layer {
  readonly run: EncodedRun
  /** Bytes of the first unit before the replaced part, of the last one behind it. */
  readonly lead: Uint8Array
  readonly trail: Uint8Array
  /** Where the units begin and end, in the bytes the run stands for. */
  readonly start: number
  readonly end: number
  /** The last unit of the run is among them. */
  readonly atEnd: boolean

  constructor(run: EncodedRun, lead: Uint8Array, trail: Uint8Array, start: number, end: number, atEnd: boolean) {
    this.run = run
    this.lead = lead
    this.trail = trail
    this.start = start
    this.end = end
    this.atEnd = atEnd
  }

  /** Do whole units come out without blanks of the run's own? */
  fits(text: Uint8Array): boolean {
    return this.run.blanks(this.lead.length + text.length + this.trail.length, this.end - this.start) === 0
  }

  encode(text: Uint8Array): Uint8Array {
    return this.run.encode(this.lead, text, this.trail, this.end - this.start, this.atEnd)
  }
}

/** The encoding of one replacement for what stands from where `first` begins to where `last` ends, in the manner of `leader`. */
export function joinEncodings(first: Encoding, last: Encoding, leader: Encoding): Encoding {
  if (first === last) return leader
  return leader.map((layer) => {
    if (!(layer instanceof RunLayer)) return layer
    const before = runLayer(first, layer.run) ?? layer
    const after = runLayer(last, layer.run) ?? layer
    return new RunLayer(layer.run, before.lead, after.trail, before.start, after.end, after.atEnd)
  })
}

function runLayer(encoding: Encoding, run: EncodedRun): RunLayer | undefined {
  return encoding.find((layer): layer is RunLayer => layer instanceof RunLayer && layer.run === run)
}
