import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { EVIDENCE_BEFORE } from '../../src/core/limits.ts'
import type { PlacedRule, RuleDefinition } from '../../src/core/rule.ts'
import type { FieldKind } from '../../src/core/words.ts'
import { createEvidence } from '../../src/evidence/assess.ts'
import type { FieldContext } from '../../src/evidence/evidence.ts'
import { screenSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { parseMarked } from '../support/marked.ts'
import { Random } from '../support/random.ts'

function rule(more: Partial<RuleDefinition>): PlacedRule {
  return {
    group: 'test',
    rule: {
      id: 'toy',
      label: 'toy',
      title: 'toy',
      source: 'test',
      pattern: 'x',
      confidence: 'low',
      samples: { find: [], ignore: [] },
      ...more,
    },
  }
}
const field = (kind: FieldKind = 'text', ...names: string[]): FieldContext => ({
  kind,
  key: names.at(-1) ?? '',
  keys: () => names,
})

/** Confidence of the candidate between the marks. */
function assess(placed: PlacedRule, marked: string, context = field()): string | undefined {
  const { bytes, spans } = parseMarked(marked)
  return createEvidence([placed]).assess({ rule: 0, ...spans[0] }, { bytes, length: bytes.length, base: 0, ended: true }, context)
    ?.confidence
}

describe('context words', () => {
  const worded = rule({ words: ['social security', 'ssn'], wordConfidence: 'medium' })
  it.each(['ssn ⟦abc⟧', '⟦abc⟧ is my SSN', 'Social-Security: ⟦abc⟧', 'socialSecurity=⟦abc⟧', 'userSSN ⟦abc⟧', 'SSN_⟦abc⟧'])(
    '%j raises',
    (text) => expect(assess(worded, text)).toBe('medium'),
  )
  it.each(['assn ⟦abc⟧', 'ssnx ⟦abc⟧', 'social ⟦abc⟧ security', '⟦ssn⟧', 'x ⟦abc⟧'])('%j does not', (text) =>
    expect(assess(worded, text)).toBe('low'),
  )
  it('count up to a distance', () => {
    expect(assess(worded, `ssn${' '.repeat(EVIDENCE_BEFORE - 3)}⟦abc⟧`)).toBe('medium')
    expect(assess(worded, `ssn${' '.repeat(EVIDENCE_BEFORE - 2)}⟦abc⟧`)).toBe('low')
    expect(assess(worded, `⟦abc⟧${' '.repeat(125)}ssn`)).toBe('medium')
    expect(assess(worded, `⟦abc⟧${' '.repeat(126)}ssn`)).toBe('low')
  })
  it('do not count beyond a mark of ours, nor inside one', () => {
    expect(assess(worded, 'ssn [redacted:EMAIL] ⟦abc⟧')).toBe('low')
    expect(assess(worded, '⟦abc⟧ ************1111, ssn')).toBe('low')
    expect(assess(worded, '[redacted:US_SSN] ⟦abc⟧')).toBe('low')
    expect(assess(worded, '[redacted:EMAIL] ssn ⟦abc⟧')).toBe('medium')
  })
  it('do not count where a mark has cut them from a longer word', () => {
    // ten characters behind the stars belong to the mask, so that `Gssn` would be cut to `ssn`
    expect(assess(worded, '****** 1111111-Gssn ⟦abc⟧')).toBe('low')
    expect(assess(worded, '****** 1111111-G ssn ⟦abc⟧')).toBe('medium')
  })
  it('count without their accents', () => {
    const accented = rule({ words: ['sécurité sociale', 'numero'] })
    for (const text of [
      'Sécurité sociale ⟦abc⟧',
      'SECURITE SOCIALE ⟦abc⟧',
      'se\u0301curite\u0301 sociale ⟦abc⟧',
      'NÚMERO: ⟦abc⟧',
    ])
      expect(assess(accented, text), text).toBe('medium')
    expect(assess(accented, 'numerö ⟦abc⟧')).toBe('medium')
    expect(assess(accented, 'nömero ⟦abc⟧')).toBe('low')
  })
  it('never lower', () =>
    expect(assess(rule({ confidence: 'high', words: ['ssn'], wordConfidence: 'low' }), 'ssn ⟦abc⟧')).toBe('high'))
})

describe('keys', () => {
  const keyed = rule({ keys: ['card number', 'cc'], keyConfidence: 'high' })
  it.each([
    'cardNumber',
    'card_number',
    'CARD-NUMBER',
    'customerCardNumber',
    'cardnumber',
    'mycardnumber',
    'cc',
    'userCc',
    'cc.value',
    'Card Number',
  ])('%s raises', (key) => expect(assess(keyed, '⟦abc⟧', field('string', key))).toBe('high'))
  it.each(['', 'account', 'accnumber', 'discard', 'number', 'occ', 'cardNum'])('%j does not', (key) =>
    expect(assess(keyed, '⟦abc⟧', field('string', key))).toBe('low'),
  )
  it('around the nearest one count once', () => {
    expect(assess(keyed, '⟦abc⟧', field('string', 'cc', 'number'))).toBe('high')
    expect(assess(keyed, '⟦abc⟧', field('string', 'cc', 'x', 'number'))).toBe('low')
  })
})

describe('suppression', () => {
  it('drops stop values whatever their separators and case', () => {
    const stopped = rule({ stop: ['078051120', 'ABC-1'] })
    expect(assess(stopped, '⟦078-05-1120⟧')).toBeUndefined()
    expect(assess(stopped, '⟦abc1⟧')).toBeUndefined()
    expect(assess(stopped, '⟦abc-2⟧')).toBe('low')
  })
  it('drops a candidate wholly inside a mark, and none beside one', () => {
    const any = rule({})
    expect(assess(any, '[redacted:⟦EMAIL⟧]')).toBeUndefined()
    expect(assess(any, '⟦************1111⟧')).toBeUndefined()
    expect(assess(any, '[redacted:EMAIL]⟦a⟧')).toBe('low')
    expect(assess(any, '⟦[redacted:EMAIL]a⟧')).toBe('low')
  })
})

describe('signs that join a value to a mark', () => {
  const joined = rule({ joints: '.:' })
  const mark = '[redacted:EMAIL]'
  const keyed = `[EMAIL:${'b'.repeat(24)}]`
  it.each([
    `${mark}.⟦1.2⟧`,
    '******.⟦1.2⟧',
    '⟦1.2⟧.******',
    `⟦1.2⟧.${keyed}`,
    `${keyed}:⟦a:b⟧`,
    `⟦a:b⟧:${mark}`,
    '******⟦::b⟧',
    `x ${mark}⟦::b⟧`,
    `${mark}:::⟦a:b⟧`,
    '⟦a:b⟧.******',
  ])('%s was longer', (text) => expect(assess(joined, text)).toBeUndefined())
  it.each([
    `${mark}⟦1.2⟧`,
    '******⟦1.2⟧',
    `${mark}:⟦1.2⟧`,
    '⟦1.2⟧:******',
    '⟦1.2⟧******',
    `${mark}. ⟦1.2⟧`,
    '[info].⟦1.2⟧',
    '*****.⟦1.2⟧',
    '⟦1.2⟧.[info]',
    `${mark}-⟦1.2⟧`,
  ])('%s is beside it', (text) => expect(assess(joined, text)).toBe('low'))
})

describe('rules by key', () => {
  const evidence = createEvidence(placedRules)
  const password = placedRules.findIndex(({ rule }) => rule.id === 'generic-password')
  it.each([
    'password',
    'Password',
    'userPassword',
    'db_password',
    'PGPASSWORD',
    'dbpassword',
    'new-password',
    'password_confirmation',
    'password2',
    'pwd',
    'user_pwd',
    'userPwd',
    'passwd',
    'db.pass',
    'dbPass',
    'passphrase',
    'Passwort',
  ])('the name %s is one', (key) => expect(evidence.byKey(field('string', key))).toEqual([password]))
  it.each([
    '',
    'passwordPolicy',
    'password_hash',
    'passwordResetUrl',
    'forgot_password_sent_at',
    'pass',
    'compass',
    'passenger',
    'xpwd',
    'secret',
    'passwordless',
  ])('the name %j is none', (key) => expect(evidence.byKey(field('string', key))).toEqual([]))
  it('a name that says nothing leaves it to the one around it', () => {
    expect(evidence.byKey(field('string', 'password', 'value'))).toEqual([password])
    expect(evidence.byKey(field('string', 'password', 'kind'))).toEqual([])
  })
  it('takes the whole value, placeholders and marks excepted', () => {
    const one = (value: string) => {
      const bytes = new TextEncoder().encode(value)
      return evidence.assess(
        { rule: password, start: 0, end: bytes.length },
        { bytes, length: bytes.length, base: 0, ended: true },
        field('string', 'password'),
      )
    }
    expect(one('password=a b')).toEqual({ rule: password, start: 0, end: 12, confidence: 'high' })
    for (const value of ['${PW}', '********', '[redacted:GENERIC_PASSWORD]', 'null', '<password>', '************1111'])
      expect(one(value)).toBeUndefined()
  })
  it('every name taken alarms the screen, as a key of JSON and at the start of a form', () => {
    const random = new Random(11)
    const sources = screenSources(placedRules, evidence.keyStems).slice(placedRules.length)
    const screen = createPortableKernel().open(compileRules(sources.filter(({ id }) => id.startsWith('key-stems'))))
    const alarms = (text: string) => {
      screen.reset()
      return screen.feed(new TextEncoder().encode(text), true).candidates.length > 0
    }
    const parts = [
      'pass',
      'word',
      'PASS',
      'Pwd',
      'pwd',
      'wd',
      'db',
      'user',
      '_',
      '-',
      '.',
      ' ',
      'phrase',
      'code',
      'x',
      '2',
      'Confirm',
      'root',
      'motde',
      'passe',
      'smtp',
      'tel',
      'Tel',
      'TEL',
      'ephone',
      'no',
      'dob',
      'birth',
      'date',
    ]
    let taken = 0
    for (let i = 0; i < 20_000; i++) {
      let key = ''
      for (let n = random.int(1, 5); n > 0; n--) key += random.pick(parts)
      if (evidence.byKey(field('string', key)).length === 0) continue
      taken++
      expect(alarms(`{"${key}":1}`), key).toBe(true)
      expect(alarms(`${key}=1`), key).toBe(true)
    }
    expect(taken).toBeGreaterThan(500)
  })
})

describe('what the answer depends on', () => {
  it('is the text within the evidence distances alone', () => {
    const evidence = createEvidence(placedRules)
    const random = new Random(5)
    const values = ['078051123', '4222222222222', '::1', 'wTpAvVxdMClk/BzJzWXzMy/NUz+utcj3VUE52WQj', 'a@example.com']
    const words = ['ssn', 'card', 'aws', 'ip', 'lorem', '[redacted:EMAIL]', '******', 'x'.repeat(30), ',', '\n']
    for (let i = 0; i < 400; i++) {
      const pad = () => Array.from({ length: random.int(0, 12) }, () => random.pick(words)).join(' ')
      const before = `${pad()} `
      const value = random.pick(values)
      const bytes = new TextEncoder().encode(`${before}${value} ${pad()}`)
      const start = before.length
      const end = start + value.length
      const rule = random.int(0, placedRules.length - 1)
      const whole = evidence.assess({ rule, start, end }, { bytes, length: bytes.length, base: 0, ended: true }, field())
      // the least a caller must hand over
      const from = Math.max(0, start - 128)
      const to = Math.min(bytes.length, end + 128)
      const part = evidence.assess(
        { rule, start, end },
        { bytes: bytes.slice(from, to), length: to - from, base: from, ended: to === bytes.length },
        field(),
      )
      expect(part).toEqual(whole)
    }
  })
})
