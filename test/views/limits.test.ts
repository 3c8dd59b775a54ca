import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS, type Limits } from '../../src/core/limits.ts'
import { Inspector, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { feed } from '../pipeline/inspect-body.ts'
import { engineWith } from '../support/engine.ts'
import { Random } from '../support/random.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const CARD = '4111111111111111'

let fed = 0
const portable = createPortableKernel()
/** Counts the bytes that are scanned, in whatever view. */
const counting: Kernel = {
  name: 'portable',
  open(tables) {
    const session = portable.open(tables)
    return {
      feed(window, last) {
        fed += window.length
        return session.feed(window, last)
      },
      reset: () => session.reset(),
      get steps() {
        return session.steps
      },
    }
  },
}
const engine = engineWith(counting)
const plan = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'test').plan({
  side: 'request',
  method: 'POST',
  host: '',
  path: '/',
  contentType: '',
})

function inspect(body: Uint8Array, reading: Reading, limits: Partial<Limits> = {}, windows?: readonly Uint8Array[]) {
  fed = 0
  const inspector = new Inspector({ engine, plan, limits: { ...DEFAULT_LIMITS, ...limits }, reading, onBlock: 'redact' })
  const pieces: Uint8Array[] = []
  const take = () => void pieces.push(...(inspector.take() as Uint8Array[]).map((piece) => piece.slice()))
  feed(inspector, windows ?? body, take)
  return { output: Buffer.concat(pieces).toString(), remarks: inspector.remarks, fed }
}

const nested = (levels: number) => {
  let value = `pay with ${CARD} or cash`
  for (let i = 0; i < levels; i++) value = Buffer.from(value).toString('base64')
  return JSON.stringify({ value })
}

describe('view depth', () => {
  test('four views one in another are read, a fifth is remarked', () => {
    for (const levels of [1, 2, 3, 4]) expect(inspect(bytes(nested(levels)), 'json').output).not.toBe(nested(levels))
    const beyond = inspect(bytes(nested(5)), 'json')
    expect(beyond.output).toBe(nested(5))
    expect(beyond.remarks.ambiguous).toBe(1)
  })

  test('none is opened at depth 0', () => {
    const { output, remarks } = inspect(bytes(nested(1)), 'json', { maxViewDepth: 0 })
    expect([output, remarks]).toEqual([nested(1), { ambiguous: 1 }])
  })
})

describe('view bytes', () => {
  const field = Buffer.from(`pay with ${CARD} or cash`).toString('base64')
  const body = JSON.stringify(Array.from({ length: 40 }, () => field))

  test('once they are spent, fields that begin later have no views; the same for every cut', () => {
    const whole = inspect(bytes(body), 'json', { maxViewBytes: 500 })
    expect(whole.output.split(field).length - 1).toBeGreaterThan(10)
    expect(whole.output.split(field).length - 1).toBeLessThan(30)
    expect(whole.remarks.ambiguous).toBeGreaterThan(0)
    const random = new Random(2)
    for (const longest of [1, 9, 200])
      expect(inspect(bytes(body), 'json', { maxViewBytes: 500 }, random.cut(bytes(body), longest)).output).toBe(whole.output)
  })

  test('the default is enough for what is usual', () => expect(inspect(bytes(body), 'json').output).not.toContain(field))
})

describe('hostile bodies are scanned a few times, not often', () => {
  const size = 60_000
  const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const percent = (text: string) => text.replace(/./gs, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
  test.each([
    ['backslashes', fill('\\')],
    ['percent upon percent', fill('%2525252525252541')],
    ['references upon references', fill('&amp;amp;amp;#65;')],
    ['every byte an escape', fill('\\x41%41&#65;\u00ad')],
    ['text in hexadecimal', fill('3431')],
    ['separated hexadecimal', fill('41 42 ')],
    ['base64 of base64 of base64', base64(base64(base64(fill(`card ${CARD} `).slice(0, size / 3))))],
    ['base64 between breaks', fill('QUJDREVGR0hJ\n')],
    [
      'base64 that stops being text',
      fill(`${base64('some plain text')}${Buffer.from(Array.from({ length: 30 }, (_, i) => 0x80 + i)).toString('base64')}`),
    ],
    ['triplets three times', percent(percent(percent(fill('card 4111 ').slice(0, size / 27))))],
    ['look-alikes', fill('４１\u200b')],
    ['letters of another alphabet', fill('соре')],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(fill('{"a":"\\\\"}').slice(0, size / 8))))],
    ['one escape in each stretch', fill(`\\u0041${'.'.repeat(4200)}`)],
  ])('%s', (_name, text) => {
    for (const reading of ['text', 'json'] as const) {
      const body = bytes(reading === 'json' ? JSON.stringify({ text }) : text)
      expect(inspect(body, reading).fed).toBeLessThan(8 * body.length + 1000)
    }
  })
})
