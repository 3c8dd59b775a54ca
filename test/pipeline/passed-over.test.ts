import { describe, expect, test } from 'vitest'
import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import { chooseReading } from '../../src/pipeline/choose-reading.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { Inspector, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { engineWith } from '../support/engine.ts'
import { Random } from '../support/random.ts'
import { feed } from './inspect-body.ts'
import { jsonText } from './json-texts.ts'

/** What a stream passes over must be what its reader would have found nothing in: every answer is that of an inspection that reads all. */
const kernel = createNodeKernel()
const { track: _, ...others } = { name: kernel.name, open: kernel.open, look: kernel.look, track: kernel.track }
const passing = engineWith(kernel)
const reading = engineWith(others as Kernel)
/** Sees no part in which nothing is, and looks at every byte. */
const slow = engineWith({ name: kernel.name, open: kernel.open } as Kernel)
const plan = compilePolicy(
  { mode: 'enforce', request: { '*': 'redact', payment: { mask: { keepLast: 4 } }, network: 'drop' } },
  placedRules,
  'test',
).plan({ side: 'request', method: 'POST', host: '', path: '/', contentType: '' })

const TEXTS = process.env.DEEP === '1' ? 200 : 15

interface Answer {
  readonly output: string
  readonly records: string
  readonly counts: string
  readonly remarks: string
  readonly depthLimitAt: number
  readonly passedOver: string
  readonly share: number
}

function inspect(
  engine: Engine,
  kind: Reading,
  windows: readonly Uint8Array[] | Uint8Array,
  reader?: ReturnType<typeof chooseReading>['reader'],
): Answer {
  const limits = { ...DEFAULT_LIMITS, maxDepth: 12 }
  const inspector = new Inspector({ engine, plan, limits, reading: kind, reader, onBlock: 'redact' })
  const out: Buffer[] = []
  const take = () => {
    for (const piece of inspector.take() as Uint8Array[]) out.push(Buffer.from(piece))
  }
  feed(inspector, windows, take)
  return {
    output: Buffer.concat(out).toString('latin1'),
    records: JSON.stringify(inspector.records),
    counts: JSON.stringify([...inspector.counts].sort()),
    remarks: JSON.stringify(inspector.remarks),
    depthLimitAt: inspector.depthLimitAt,
    passedOver: JSON.stringify(inspector.passedOver),
    share: inspector.windowsRead / Math.max(1, inspector.windows),
  }
}

describe('what is passed over', () => {
  test.each([
    ['json', 0.004, 1],
    ['json', 0.03, 2],
    ['json', 0.2, 3],
    ['json-sequence', 0.01, 4],
  ] as const)('%s, values in %f of the fields', (kind, density, seed) => {
    const random = new Random(seed)
    let quiet = 0
    for (let i = 0; i < TEXTS; i++) {
      const documents = kind === 'json' ? 1 : random.int(1, 4)
      const text = Array.from({ length: documents }, () => jsonText(random, density)).join(random.pick(['\n', '\u001e', '']))
      const body = new TextEncoder().encode(text)
      const said = (windows: readonly Uint8Array[] | Uint8Array) => {
        const passed = inspect(passing, kind, windows)
        const { share, ...rest } = passed
        const { share: all, ...read } = inspect(reading, kind, windows)
        expect(rest, `text ${i}`).toEqual(read)
        if (share < all) quiet++
      }
      said(body)
      for (const longest of [5000, 900, 64, 7]) if (body.length < 1000 * longest) said(random.cut(body, longest))
    }
    expect(quiet).toBeGreaterThan(density > 0.1 ? 0 : TEXTS / 4)
  })

  test('nothing beyond what the screen is sure of: a hidden value ends right before each cut', () => {
    const filler = Array.from({ length: 30 }, (_, i) => `{"id":${i},"note":"harbor lamp at the door"}`).join(',')
    for (const hidden of ['4111 1111 1111\\u00201111', '\\u0034111111111111111', 'ada\\u0040example.com', 'ada%40example.com']) {
      const text = `[${filler},{"a":"${hidden}","b":7,${filler.slice(1)}]`
      const body = new TextEncoder().encode(text)
      const from = text.indexOf(hidden)
      for (let at = from; at < from + hidden.length + 24; at++) {
        const windows = [body.subarray(0, at), body.subarray(at)]
        const { share: _some, ...passed } = inspect(passing, 'json', windows)
        const { share: _all, ...read } = inspect(reading, 'json', windows)
        expect(passed, `${hidden} cut at ${at - from}`).toEqual(read)
        expect(passed.counts).not.toBe('[]')
      }
    }
  })
})

const VALUES = [
  '4111 1111 1111 1111',
  '4111111111111111',
  'ada@example.com',
  'ada%40example.com',
  '&#52;111111111111111',
  Buffer.from('my card is 4111111111111111').toString('base64'),
  Buffer.from('my card is 4111111111111111').toString('base64').replace(/.{6}/g, '$&\r\n'),
  Buffer.from('ada@example.com').toString('hex').replace(/../g, '$& '),
  '[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]',
  '{"password":"zephyr-quill"}',
  '<b>4111</b>111111111111',
  '４１１１１１１１１１１１１１１１',
]
const HEADS = [
  (name: string) => `Content-Disposition: form-data; name="${name}"`,
  (name: string) => `content-disposition: form-data; name="${name}"`,
  (name: string) => `Content-Disposition: form-data; name="${name}"; filename="harbor lamp.txt"\r\nContent-Type: text/plain`,
  (name: string) => `Content-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain`,
  (name: string) => `Content-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain; charset=utf-16`,
  (name: string) => `Content-Disposition: form-data; name="${name}"\r\nContent-Type: text/html`,
  (name: string) => `Content-Disposition: form-data; name="${name}"\r\nContent-Transfer-Encoding: base64`,
  (name: string) => `Content-Disposition: form-data; name=${name}`,
]
const NAMES = ['note', 'field 7', 'password', 'p%61ssword', 'ssn', 'card', 'ada@example.com']
const FILLER = ['the harbor lamp ', 'door. ', '\r\n', '\n', '--bound', '\r\n--bounds', '\n--', 'a=b; ', '"', 'plain', '7 ', '\0']
const BEGINS = ['%PDF-1.7\n', 'GIF89aé', 'PK\x03\x04', '\ufeff', ' {"a":1}']

/** A multipart body of parts that are mostly such as are passed over. */
function parts(random: Random, density: number): string {
  let text = random.chance(0.2) ? 'preamble\r\n' : ''
  for (let part = random.int(2, 12); part > 0; part--) {
    text += `--bound\r\n${random.pick(random.chance(0.8) ? HEADS.slice(0, 4) : HEADS)(random.pick(random.chance(0.8) ? NAMES.slice(0, 2) : NAMES))}\r\n\r\n`
    if (random.chance(0.1)) text += random.pick(BEGINS)
    for (let piece = random.int(0, 40); piece > 0; piece--)
      text += random.pick(random.chance(density) ? VALUES : random.chance(0.1) ? FILLER : FILLER.slice(0, 2))
    text += random.chance(0.95) ? '\r\n' : '\n'
  }
  return `${text}--bound${random.chance(0.9) ? '--' : ''}\r\n`
}

/** Of a document in a text in which nothing hides, each field is known to hide nothing: all but tags. */
describe('a document in a long text in which nothing hides', () => {
  const lamps = 'willow lamp, '.repeat(20)
  test.each<readonly [name: string, string]>([
    ['a value', '"card 4111 1111 1111 1111"'],
    ['a value across tags', '"card 4111<b>1111</b>1111<i>1111"'],
    ['a value of a name', '"x", "password": "hunter2!zq"'],
    ['a number', '4111111111111111'],
    ['a number with an exponent', '4.111111111111111e15'],
    ['a value in pieces', '["4111", "1111", "1111", "1111"]'],
    ['a document', '"[4111111111111111]"'],
    ['nothing', '"harbor"'],
  ])('%s', (name, value) => {
    const document = `{"a": "${lamps}", "b": ${value}, "c": "${lamps}"}`
    for (const text of [`<script>${document}</script>`, `<pre>${document.replaceAll('<', '&lt;')}</pre>`]) {
      const body = new TextEncoder().encode(text)
      const answer = inspect(passing, 'html', body)
      expect({ ...answer, share: 0 }).toEqual({ ...inspect(slow, 'html', body), share: 0 })
      expect(answer.output !== text).toBe(name !== 'nothing')
    }
  })
})

describe('parts that are passed over', () => {
  const { reader } = chooseReading(new Headers({ 'content-type': 'multipart/form-data; boundary=bound' }), new Uint8Array(0))

  test.each([
    [0.002, 5],
    [0.02, 6],
    [0.2, 7],
  ])('values in %f of the pieces', (density, seed) => {
    const random = new Random(seed)
    let quiet = 0
    for (let i = 0; i < 20 * TEXTS; i++) {
      const body = new TextEncoder().encode(parts(random, density))
      const said = (windows: readonly Uint8Array[] | Uint8Array) => {
        const { share, ...passed } = inspect(passing, 'multipart', windows, reader)
        const { share: all, ...read } = inspect(slow, 'multipart', windows, reader)
        expect(passed, `text ${i}`).toEqual(read)
        if (share < all) quiet++
      }
      said(body)
      for (const longest of [5000, 900, 64]) said(random.cut(body, longest))
    }
    expect(quiet).toBeGreaterThan(density > 0.1 ? 0 : TEXTS)
  })

  test('a run at the begin of a part that the headers before it would be read with', () => {
    const card = Buffer.from('4111111111111111').toString('base64')
    for (const before of ['plain', 'plai', 'pla', 'pl', ''])
      for (const lead of ['', '\r\n', ' ', 'x', 'xy', 'xyz', 'lamp ', '\r\n  ']) {
        const body = new TextEncoder().encode(
          `--bound\r\nContent-Disposition: form-data; name="${before}"\r\nContent-Type: text/plain\r\n\r\n${lead}${card}. The end.\r\n--bound--\r\n`,
        )
        const { share: _one, ...passed } = inspect(passing, 'multipart', body, reader)
        const { share: _other, ...read } = inspect(slow, 'multipart', body, reader)
        expect(passed, JSON.stringify([before, lead])).toEqual(read)
      }
  })
})
