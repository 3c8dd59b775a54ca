import type { ReaderKind, ReaderOptions } from '../../../src/formats/choose-reader.ts'
import { between, type RecordedField, type Recording, record, textOf } from '../../formats/record.ts'
import type { Random } from '../../support/random.ts'
import { bytesOf, holds, randomCuts, same, size, type Target } from '../target.ts'

interface ReaderCase extends Omit<Target, 'check'> {
  /** The kind of reader, and how it is opened: `random` may choose. */
  readonly open: (random: Random) => {
    readonly kind: ReaderKind
    readonly maxDepth?: number
    readonly options?: Omit<ReaderOptions, 'maxDepth'>
  }
  /** What may stand between fields: whatever else did would pass unread. */
  readonly frame?: RegExp
  /** Another implementation's word on the whole. */
  readonly oracle?: (input: Uint8Array, recording: Recording, maxDepth: number) => void
  /** False: a field replaced by a mark may change how others are read. */
  readonly stable?: (recording: Recording, field: RecordedField) => boolean
}

const MARK = '[redacted:CREDIT_CARD]'
const mark = bytesOf(MARK)

/**
 * A target that holds a reader to its contract (test/formats/record.ts: calls nest, spans follow each other inside the input, nothing held back is given, names stay) and
 * to these: the same fields for every cut, nothing between fields but structure, and a field replaced by a mark leaves all others as they were.
 */
export function readerTarget(one: ReaderCase): Target {
  return {
    ...one,
    check(input, random) {
      const { kind, maxDepth = 1024, options } = one.open(random)
      const whole = record(kind, input, [], maxDepth, options)
      const cuts = randomCuts(input.length, random)
      const told = JSON.stringify(whole)
      same(`cut at ${cuts}`, JSON.stringify(record(kind, input, cuts, maxDepth, options)), told)
      if (one.frame !== undefined) {
        const outside = between(input, whole)
        holds(`no field has ${JSON.stringify(outside)}`, one.frame.test(outside))
      }
      one.oracle?.(input, whole, maxDepth)
      const { fields } = whole
      const values = fields.filter((field) => field.kind !== 'key' && field.end > field.start)
      if (values.length > 0 && whole.depthLimitAt < 0 && random.chance(0.5)) {
        const field = random.pick(values)
        if (one.stable === undefined || one.stable(whole, field))
          edited(input, whole, field, (source) => record(kind, source, [], maxDepth, options))
      }
      return signature(whole)
    },
  }
}

/** Replaces a field by a mark: it reads as the mark, and every other field as before. */
function edited(input: Uint8Array, before: Recording, field: RecordedField, read: (source: Uint8Array) => Recording): void {
  const place = { start: field.start, end: field.end, bytes: input.slice(field.start, field.end) }
  const written = field.writer().encode(mark, field.kind as 'text', place)
  const source = Buffer.concat([input.subarray(0, field.start), written, input.subarray(field.end)])
  const after = read(Uint8Array.from(source))
  const tell = ({ fields }: Recording, at: number) =>
    fields
      .map((one, i) => (i === at ? one.path : `${one.kind === 'number' ? 'number' : one.kind} ${one.path} ${textOf(one)}`))
      .join('\n')
  const at = before.fields.indexOf(field)
  same(`edited at ${field.start}`, tell(after, at), tell(before, at))
  same(`mark at ${field.start}`, textOf(after.fields[at]).trimEnd(), MARK)
}

/** What a recording shows, in few words. */
function signature(recording: Recording): string[] {
  const seen: string[] = []
  for (const channel of [recording.fields, recording.flow]) {
    for (const field of channel) {
      const escapes = field.pieces.filter((piece) => piece.escape).length
      seen.push(
        `${field.kind}${escapes > 0 ? `~${size(escapes)}` : ''}${field.end === field.start ? '0' : ''}/${size(field.path.split('/').length)}`,
      )
    }
    seen.push(`n${size(channel.length)}`)
  }
  seen.push(`m${size(recording.malformed)}`, recording.depthLimitAt < 0 ? 'd' : 'D', Object.keys(recording.passedOver).join())
  return seen
}
