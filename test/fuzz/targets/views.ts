import { Base64Run } from '../../../src/views/base64-run.ts'
import type { EncodedRun } from '../../../src/views/encoded-run.ts'
import { BACKSLASH, ESCAPE, Escapes, LOOK_ALIKE, NOTHING, PERCENT, REFERENCE, UNDECIDED } from '../../../src/views/escapes.ts'
import { mayHide } from '../../../src/views/glance.ts'
import { HexRun } from '../../../src/views/hex-run.ts'
import { NumberRowRun } from '../../../src/views/number-row-run.ts'
import { rewrite } from '../../../src/views/rewrite.ts'
import { Watch } from '../../../src/views/watch.ts'
import { bytesOf, holds, randomCuts, same, size, type Target } from '../target.ts'

const escapesOf = [
  '\\u0041',
  '\\x41',
  '\\101',
  '\\n',
  '\\\\',
  '\\"',
  '\\u{1F600}',
  '\\U00000041',
  '\\ud83d\\ude00',
  '%41',
  '%c3%a9',
  '%u0041',
  '%25',
  '&#65;',
  '&#x41;',
  '&commat;',
  '&amp;',
  '&#',
  '\uff11',
  '\u200b',
  '\u00ad',
  '\u0410',
  'é',
  '😀',
  Uint8Array.of(0xc1, 0x81),
  Uint8Array.of(0xa0),
  Uint8Array.of(0xe2, 0x80),
  '\\',
  '%',
  '&',
  ';',
  '4',
  'a',
  '\u0301',
  '\u2014',
  '\0',
  '\x7f',
  '\\\n',
  '\\\r\n',
]

export const escapes: Target = {
  name: 'escapes',
  about: 'escapes of three notations and look-alikes: cuts do not show, what is written back reads as it should',
  maxBytes: 96,
  seeds: [
    '\\u0034111',
    '%34%31',
    '&#52;1',
    'caf\\u00e9',
    '4\u200b1',
    '\uff14\uff11',
    '\u0421H41',
    '%e2%82%ac',
    '\\ud83d\\ude00',
    '&commat;x&#x40',
  ],
  words: escapesOf,
  check(input, random) {
    const one = new Escapes()
    const seen: string[] = []
    for (let i = 0; i < input.length; ) {
      const what = one.read(input, i, input.length, true)
      holds(`undecided at ${i}, where the text ends`, what === ESCAPE || what === NOTHING)
      holds(`${one.length} bytes at ${i}`, one.length >= 1 && i + one.length <= input.length)
      const { length, stands, notation } = one
      const text = Buffer.from(one.bytes.subarray(0, stands)).toString('latin1')
      if (what === ESCAPE) {
        holds(`${stands} bytes stand`, stands >= 0 && stands <= 4)
        seen.push(`${notation},${length},${stands}`)
      }
      // A text that ends sooner says the same or nothing yet.
      const end = random.int(i + 1, input.length)
      const early = one.read(input, i, end, false)
      if (early !== UNDECIDED) {
        same(
          `cut at ${end}`,
          `${early} ${one.length} ${early === ESCAPE ? Buffer.from(one.bytes.subarray(0, one.stands)).toString('latin1') : ''}`,
          `${what} ${length} ${what === ESCAPE ? text : ''}`,
        )
      }
      i += length
    }
    // A mark that is written in a notation reads as the mark.
    const mark = bytesOf('[redacted:EMAIL] "q" \\ & <b>')
    const notation = random.pick([BACKSLASH, PERCENT, REFERENCE, LOOK_ALIKE])
    if (notation !== LOOK_ALIKE) same('mark', readOnce(rewrite(mark, notation), notation), Buffer.from(mark).toString())
    return seen.slice(0, 24)
  },
}

/** Reads escapes of one notation once. */
function readOnce(text: Uint8Array, notation: number): string {
  const one = new Escapes()
  const out: number[] = []
  for (let i = 0; i < text.length; i += one.length) {
    const what = one.read(text, i, text.length, true)
    const stands = what === ESCAPE && one.notation === notation
    out.push(...(stands ? one.bytes.subarray(0, one.stands) : text.subarray(i, i + one.length)))
  }
  return Buffer.from(out).toString()
}

/** What a run gives of `text` from `at`, pulled up to these ends. */
function pull(run: EncodedRun, text: Uint8Array, ends: readonly number[]): string {
  let out = ''
  let cursor = -1
  const sink = {
    decoded(bytes: Uint8Array, length: number, from: number, to: number) {
      if (from < cursor || to < from || to > text.length) throw new Error(`span ${from}…${to} after ${cursor}`)
      cursor = from
      out += `${from}-${to}:${Buffer.from(bytes.subarray(0, length)).toString('hex')} `
    },
  }
  for (const [i, end] of ends.entries()) if (!run.done) run.pull(text, 0, end, i === ends.length - 1, sink)
  holds(`at ${run.at} of ${text.length}`, run.at <= text.length && run.unitAt <= run.at)
  return `${out}@${run.at}`
}

export const runs: Target = {
  name: 'runs',
  about: 'runs of base64 and hexadecimal, the watch and the glance that find them, edits of whole units',
  seeds: [
    'QUJDREVGR0g=',
    'QUJDREVG\r\n  R0hJ',
    '4142434445464748',
    '41:42:43:44:45:46:47',
    '41 42 43 44 45 46',
    'NDExMSAxMTExIDExMTEgMTExMQ==',
    'key-YWRhQGV4YW1wbGUuY29t',
    'eyJhIjoiYiJ9',
    'H4sIAAAA',
    '616461406578616d706c652e636f6d',
  ],
  words: [
    'QUJD',
    'NDEx',
    'YWRh',
    '=',
    '==',
    '-',
    '_',
    '+',
    '/',
    '\r\n',
    '\n',
    '  ',
    '41',
    '4a',
    '4A',
    ':',
    ' ',
    ',',
    'H4sI',
    '\\',
    '%',
    '&',
    'é',
    '!',
    'IDEx',
    '2031',
  ],
  check(input, random) {
    const cuts = [...randomCuts(input.length, random), input.length]
    const seen: string[] = []
    for (const [name, open] of RUNS) {
      const whole = pull(open(), input, [input.length])
      same(`${name} cut at ${cuts}`, pull(open(), input, cuts), whole)
      seen.push(`${name}${size(whole.split(' ').length)}`)
    }
    // Where the watch stops depends on the text alone; where it stops, the glance said so.
    const stops = (ends: readonly number[]) => {
      const watch = new Watch()
      let first = -1
      for (const end of ends) {
        const at = watch.next(input, 0, end)
        if (at < end) {
          first = watch.event
          break
        }
        watch.reset()
      }
      return first
    }
    const event = stops([input.length])
    holds(`the glance passes over what the watch stops at (${event})`, event <= 0 || mayHide(input, undefined))
    seen.push(`w${event}`)
    if (input.length >= 6) editsUnits(input, random.int(0, input.length - 2), random.int(1, input.length), seen)
    return seen
  },
}

const RUNS: readonly (readonly [string, () => EncodedRun])[] = [
  ['base64', () => new Base64Run(0)],
  ['binary', () => new Base64Run(0, true)],
  ['hex', () => new HexRun(0)],
  ['spaced', () => new NumberRowRun(0, true, Uint8Array.of(0x20))],
  ['decimal', () => new NumberRowRun(0, false, Uint8Array.of(0x2c, 0x20))],
]

/** An edit of whole units of base64 leaves every other byte that the run stands for. */
function editsUnits(input: Uint8Array, start: number, length: number, seen: string[]): void {
  const text = Buffer.from(input).toString('base64')
  const run = new Base64Run(0, true)
  pull(run, bytesOf(text), [text.length])
  const end = Math.min(input.length, start + length)
  const from = start - (start % 3)
  const to = Math.min(input.length, Math.ceil(end / 3) * 3)
  const written = run.encode(
    input.subarray(from, start),
    bytesOf('[redacted:X]'),
    input.subarray(end, to),
    to - from,
    to === input.length,
  )
  const after = Buffer.from(
    text.slice(0, (from / 3) * 4) + Buffer.from(written).toString() + text.slice(Math.ceil(to / 3) * 4),
    'base64',
  ).toString('latin1')
  const before = Buffer.from(input).toString('latin1')
  const expected = ['', ' ', '  '].map((blanks) => `${before.slice(0, start)}[redacted:X]${blanks}${before.slice(end)}`)
  holds(`units ${start}…${end}`, expected.includes(after))
  seen.push(`e${start % 3}${end % 3}`)
}
