import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { Random } from '../support/random.ts'
import { inspectBody } from './inspect-body.ts'

const encoder = new TextEncoder()
const request = (action: NonNullable<Policy['request']>['*']): Policy => ({ mode: 'enforce', request: { '*': action } })
const POLICIES: Readonly<Record<string, Policy>> = {
  redact: request('redact'),
  mask: request('mask'),
  'mask that keeps the end': request({ mask: { keepLast: 4 } }),
  'mask that keeps both ends': request({ mask: { keepFirst: 6, keepLast: 4 } }),
}

/** What rules find, in its sentence and bare, and what they must not find. */
const SENTENCES = placedRules.flatMap(({ rule }) => rule.samples.find.map((text) => text.replace(/[⟦⟧]/g, '')))
const VALUES = placedRules.flatMap(({ rule }) =>
  rule.samples.find.flatMap((text) => [...text.matchAll(/⟦([^⟧]*)⟧/g)].map((match) => match[1])),
)
const NEAR_MISSES = placedRules.flatMap(({ rule }) => rule.samples.ignore)
/** What may stand between two values: signs that join them into one, letters and digits, names, our own marks. */
const GLUE = [
  ...['', ' ', '  ', '\n', '\t', ',', ', ', '-', '--', '_', '.', '..', '@', ':', '::', '/', '//', '+', '=', '==', '*', '**', '"'],
  ...[
    "'",
    ';',
    '|',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '<',
    '>',
    '&',
    '#',
    '~',
    'x',
    'a',
    '0',
    '1',
    '9',
    'A',
    'Z',
    'é',
    '漢',
    '\u00a0',
  ],
  ...['password=', 'phone: ', 'card ', 'ssn ', 'ip ', 'aws ', 'dob: ', '[redacted:EMAIL]', '******', '\\n'],
]

function hostileText(random: Random): string {
  let text = random.chance(0.3) ? random.pick(GLUE) : ''
  const values = random.int(1, 4)
  for (let i = 0; i < values; i++) {
    const kind = random.next()
    if (kind < 0.55) text += random.pick(VALUES)
    else if (kind < 0.75) text += random.pick(SENTENCES)
    else if (kind < 0.9) text += random.pick(NEAR_MISSES)
    else for (let digits = random.int(1, 19); digits > 0; digits--) text += random.int(0, 9)
    for (let glue = random.int(i < values - 1 ? 1 : 0, 2); glue > 0; glue--) text += random.pick(GLUE)
  }
  return text
}

describe('scrubbing scrubbed output changes nothing, whatever joins the values', () => {
  test.each(Object.keys(POLICIES))('%s', (name) => {
    const random = new Random(2026 + name.length)
    const policy = POLICIES[name]
    let edited = 0
    const changed: string[] = []
    for (let i = 0; i < 3000; i++) {
      const text = hostileText(random)
      const once = inspectBody(encoder.encode(text), 'text', undefined, policy)
      if (once.edits === 0) continue
      edited++
      const twice = inspectBody(once.output, 'text', undefined, policy)
      if (!Buffer.from(twice.output).equals(Buffer.from(once.output))) changed.push(text)
    }
    expect(changed).toEqual([])
    expect(edited).toBeGreaterThan(1500)
  })
})
