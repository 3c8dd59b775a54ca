import { expect, test } from 'vitest'
import { Random } from '../support/random.ts'
import { inspectBody } from './inspect-body.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

const NAMES = ['id', 'note', 'password', 'value', 'ssn', 'pan', 'userPwd', 'items']
const VALUES: readonly unknown[] = [
  'leave it at the willow door',
  'hunter2!x',
  '4111 1111 1111 1111',
  '<b>4111</b>1111 11111111',
  '４111111111111111',
  ['4111', '1111', '1111', '1111'],
  [4111, 1111, 1111, 1111],
  [8, 7, 6, '-', 3, 5, '-', 7, 4, 7, 7],
  ['harbor', 'lamp'],
  37.5,
  4111111111111111,
  true,
  null,
]
/** As they may not be written by a serialiser. */
const NUMBERS = ['411111111111111.1e1', '4111111111111111.0', '0x0e9b0e5de4d5c7', '1e3', '4111111111111111n']

/** A document of JSON in a string is looked over where it is whole, and read where it comes in pieces: what leaves is the same. */
test('a document in a string leaves as it would if all of it were read', () => {
  const random = new Random(31)
  let edited = 0
  let passed = 0
  for (let round = 0; round < 1500; round++) {
    const document: Record<string, unknown> = {}
    for (let i = random.int(0, 3); i >= 0; i--) document[random.pick(NAMES)] = random.pick(VALUES)
    if (random.int(0, 1) === 0) document[random.pick(NAMES)] = { [random.pick(NAMES)]: random.pick(VALUES) }
    let text = JSON.stringify(random.int(0, 2) === 0 ? Object.values(document) : document)
    if (random.int(0, 3) === 0) text = text.replace('true', random.pick(NUMBERS)).replace('37.5', random.pick(NUMBERS))
    for (let depth = random.int(0, 2); depth > 0; depth--)
      text = JSON.stringify({ [random.pick(NAMES)]: text, pad: 'a'.repeat(random.int(0, 59)) })
    const body = bytesOf(JSON.stringify({ [random.pick(NAMES)]: text }))
    const whole = inspectBody(body, 'json')
    const read = inspectBody(
      body,
      'json',
      Array.from(body, (byte) => Uint8Array.of(byte)),
    )
    expect(textOf(whole.output)).toBe(textOf(read.output))
    expect(whole.findings).toBe(read.findings)
    if (whole.edits > 0) edited++
    else passed++
  }
  expect(edited).toBeGreaterThan(500)
  expect(passed).toBeGreaterThan(100)
})
