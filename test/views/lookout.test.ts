import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { ESCAPE, Escapes, UNDECIDED } from '../../src/views/escapes.ts'
import { hidingSpans, standsApart } from '../../src/views/hiding-spans.ts'
import { Lookout } from '../../src/views/lookout.ts'
import { AT_ESCAPE, AT_ROW, Watch } from '../../src/views/watch.ts'
import { createKernel } from '../scanner/kernels.ts'
import { Random } from '../support/random.ts'

const LOOKS = [
  ['the kernel', createKernel('simd').look!],
  ['native searches', createPortableKernel({}, [{ fingerprint: 0, gates: [], groups: [], runs: [] }]).look!],
] as const

const UTF8 = new TextEncoder()
const base64 = (text: string | Uint8Array) => Buffer.from(text as string).toString('base64')

/** What texts are made of: words and lines, and all that a watch may stop at. */
const WORDS = [
  'a',
  'harbor',
  'lamp',
  ' ',
  ' ',
  '. ',
  '\n',
  '\r\n',
  '\n  ',
  '\n       ',
  'understanding',
  'CAPITALS2',
  '1234567',
  'abcdef',
  'https://example.org/a/b-c/',
  'data_of-many/letters',
  '<',
  '">',
  '=',
  '12:30',
  'Łódź',
  '東京',
  '-',
  '@',
]
const HIDDEN = [
  '%',
  '%41',
  '&',
  '&#52;',
  '&lt;',
  '\\',
  '\\u0034',
  '\\n',
  '\u0001',
  '４',
  'С',
  'Н4',
  '\u00ad',
  '–',
  '€',
  base64('4111111111111111'),
  base64('4111111111111111').replace(/(.{6})/g, '$1\n'),
  base64('Москва 4111'),
  base64(gzipSync('4111111111111111')),
  'H4sI',
  'eJx',
  'eNq',
  'eAF',
  base64(deflateSync('4111111111111111')),
  Buffer.from('4111111111111111').toString('hex'),
  '41 42 43 44 45 46 47 ',
  '41-42-43-44-45-46-47-',
  '41 42 43 ',
  '41; 42; 43; 44; 45; 46; 47; ',
  '0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47,',
  '0x41 0x42 0x43 ',
  '=41=42=43=44=45=46=47',
  '109,97,114,107,115,116,46,',
  '52, 49, 49, 50, 51, 52, 53, 56',
  '97 115 97 109 114 ',
  '119, 116, 57, ',
  'MFRGGZDFMZTWQ2LKNNWG23TPOA',
  'd0bcd0bed181d0bad0b2d0b0d0bcd0be',
]

/** In lines of one length, of any kind. */
function inLines(text: string, random: Random): string {
  const width = random.int(1, 14)
  const end = random.pick(['\n', '\r\n', '\n  ', '\r\n   ', '\n        ', '\n            ', '\n\n', '\t'])
  return text.match(new RegExp(`[^]{1,${width}}`, 'gu'))!.join(end)
}

function makeText(random: Random): Uint8Array {
  const share = random.pick([0.02, 0.1, 0.5])
  let text = ''
  for (let n = random.int(1, 120); n > 0; n--) {
    const hides = random.chance(share)
    const piece = random.pick(hides ? HIDDEN : WORDS)
    text += random.chance(hides ? 0.5 : 0.05) ? inLines(piece, random) : piece
  }
  const bytes = UTF8.encode(text)
  // now and then what is no UTF-8
  if (random.chance(0.1)) bytes[random.int(0, bytes.length - 1)] = random.int(0x80, 0xff)
  return bytes
}

const escapes = new Escapes()

/** All stops of a watch over the text, which comes in pieces that end at `cuts`, as a view goes on behind them. */
function stops(text: Uint8Array, cuts: readonly number[], look: (typeof LOOKS)[number][1] | undefined): string[] {
  const watch = new Watch()
  const lookout = new Lookout()
  const found: string[] = []
  let from = 0
  for (const [k, end] of cuts.entries()) {
    const last = k === cuts.length - 1
    let i = from
    lookout.begin(text, i, end, last, { hidingSpans: look && ((part, ...rest) => hidingSpans(part, look, ...rest)) })
    while (i < end) {
      const at = lookout.next(watch, text, i, end)
      if (at >= end) break
      if (watch.event === AT_ESCAPE) {
        const seen = escapes.read(text, at, end, last)
        if (seen === UNDECIDED) {
          i = at
          break
        }
        if (seen === ESCAPE) found.push(`${at}: escape of ${escapes.length}`)
        i = at + escapes.length
      } else {
        found.push(`${at}: ${watch.event} from ${watch.start}${watch.cut ? ', cut' : ''}`)
        i = at + 1
        // a view of the run was opened, and is done
        if (i % 3 === 0 && watch.event !== AT_ROW) {
          watch.reset()
          while (i < end && /[\w/+-]/.test(String.fromCharCode(text[i]))) i++
        }
      }
      from = i
    }
    from = i < end && watch.event === AT_ESCAPE ? i : end
  }
  return found
}

describe.each(LOOKS)('with the look of %s', (_, look) => {
  test('a watch stops where it does alone, however the text is cut', () => {
    const random = new Random(23)
    let stopped = 0
    for (let round = 0; round < 6000; round++) {
      const text = makeText(random)
      const cuts = [text.length]
      for (let n = random.int(0, 3); n > 0; n--) cuts.push(random.int(0, text.length))
      cuts.sort((a, b) => a - b)
      const alone = stops(text, cuts, undefined)
      stopped += alone.length
      const quick = stops(text, cuts, look)
      const differs = quick.findIndex((stop, i) => stop !== alone[i])
      const first = differs < 0 && quick.length < alone.length ? quick.length : differs
      if (first < 0) continue
      const at = Number.parseInt(alone[first] ?? quick[first], 10)
      const around = new TextDecoder().decode(text.subarray(Math.max(0, at - 80), at + 40))
      expect.fail(`${JSON.stringify(around)} cut at ${cuts}: ${quick[first]}, not ${alone[first]}`)
    }
    expect(stopped).toBeGreaterThan(10_000)
  })

  test('where a watch over a part that stands apart stops, there is a span', () => {
    const random = new Random(24)
    const watch = new Watch()
    const spans: number[] = []
    let body: Uint8Array = new Uint8Array(0)
    let stopped = 0
    for (let round = 0; round < 60_000; round++) {
      const text = round % 20 === 0 || spans.length === 0 ? makeText(random) : body
      if (text !== body) {
        body = text
        spans.length = 0
        hidingSpans(text, look, 0, true, 0, spans)
      }
      const from = random.int(0, text.length)
      const to = random.int(from, text.length)
      if (!standsApart(text, from, to)) continue
      watch.reset()
      const part = text.slice(from, to)
      const at = watch.next(part, 0, part.length)
      if (at === part.length || (watch.event === AT_ESCAPE && escapes.read(part, at, part.length, true) !== ESCAPE)) continue
      stopped++
      let isTold = false
      for (let i = 0; i < spans.length; i += 2) isTold ||= spans[i] < to && spans[i + 1] > from
      if (!isTold) expect.fail(`${JSON.stringify(new TextDecoder().decode(text))} from ${from} to ${to}, at ${at}`)
    }
    expect(stopped).toBeGreaterThan(500)
  })
})
