import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import type { Reading } from '../../src/pipeline/inspector.ts'
import { Random } from '../support/random.ts'
import { inspectBody } from './inspect-body.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const token = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

const BODIES: readonly (readonly [string, Reading, string])[] = [
  ['card in a string', 'json', '{"a":"card 4111 1111 1111 1111, thanks","b":[1,2.50,true]}'],
  ['card as a number', 'json', '[{"number":4111111111111111,"big":18446744073709551615}]'],
  ['escapes', 'json', '{"\\u0070assword":"hunter2!z","mail":"ada\\u0040example.com","x":"\\ud83d\\ude00\\n"}'],
  ['JSON in a string', 'json', '{"in":"{\\"card\\":4111111111111111,\\"t\\":\\"' + token + '\\"}"}'],
  ['value as a name', 'json', '{"ada@example.com":{"x":"ada@example.com"}}'],
  ['broken JSON', 'json', '{"a":1,} ada@example.com and 4111111111111111'],
  ['JSON behind what is none', 'json', '[4{"password":"a1'],
  ['form', 'form', 'note=a+b&card=4111+1111+1111+1111&%6Dail=ada%40example.com&x=%zz'],
  ['csv', 'csv', 'ssn,password,"a ""note"""\r\n536228726,hunter2!z,"card ""4111 1111 1111 1111"", ok"\r\n1,,ada@example.com'],
  ['text', 'text', `name: ada@example.com\npassword = "s3cret-w0rd!"\n${token}\n`],
  [
    'key block',
    'text',
    `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n'.repeat(6)}-----END PRIVATE KEY-----\nbye`,
  ],
  ['words behind', 'text', 'the number 536228726 on that card is her social security number, as she said herself'],
  [
    'HTML',
    'html',
    `<p>4111 <b title="ada@example.com">1111</b> 1111<!-- ${token} --> 1111<div>ad&#97;@example<wbr>.com</div><script>{"n":4111111111111111}</script>`,
  ],
  [
    'XML',
    'xml',
    `<?xml version="1.0"?><r a='4111&#49;11111111111'><m>ada@<!-- x -->example.com</m><![CDATA[${token}]]><password>hun<x/>ter2!z</password></r>`,
  ],
  [
    'entities of XML',
    'xml',
    `<!DOCTYPE a [<!ENTITY a "${token.slice(0, 20)}"><!ENTITY b "${token.slice(20)}"><!ENTITY c "harmless">]><a>&a;&b; &c;</a>`,
  ],
  ['HTML in JSON', 'json', '{"a":"<p>4111 1111 <b>1111</b> 1111","b":"&lt;"}'],
  ['untyped JSON', 'text', '{"ssn":"536-22-8726","password":"pa55-w0rd"}'],
]

/** Spans of a body that must not show in anything that left. */
function secretsOf(text: string): string[] {
  return ['4111111111111111', '4111 1111 1111 1111', 'ada@example.com', token, 'hunter2!z'].filter((secret) =>
    text.includes(secret),
  )
}

describe('the same result for every cut', () => {
  test.each(BODIES)('%s', (_name, reading, text) => {
    const body = bytes(text)
    const whole = inspectBody(body, reading)
    expect(whole.edits).toBeGreaterThan(0)
    const check = (windows: Uint8Array[]) => {
      const cut = inspectBody(body, reading, windows)
      expect({ output: Buffer.from(cut.output).toString(), findings: cut.findings, remarks: cut.remarks }).toEqual({
        output: Buffer.from(whole.output).toString(),
        findings: whole.findings,
        remarks: whole.remarks,
      })
      const final = Buffer.from(whole.output)
      for (const prefix of cut.prefixes)
        if (!final.subarray(0, prefix.length).equals(prefix)) throw new Error('a byte left that the whole run edits')
    }
    for (let at = 0; at <= body.length; at++) check([body.subarray(0, at), body.subarray(at)])
    check([...body].map((byte) => Uint8Array.of(byte)))
    const random = new Random(7)
    for (let i = 0; i < 20; i++) check(random.cut(body, random.int(1, 40)))
    for (const secret of secretsOf(text)) expect(Buffer.from(whole.output).toString()).not.toContain(secret)
  })

  test('a body without findings leaves byte for byte', () => {
    for (const [reading, text] of [
      ['json', ' {"a" : 1.50, "a":"\\u00e9\\/", "n":9007199254740993}\n'],
      ['form', 'a=%c3%a9+b&&x=%zz'],
      ['text', 'nothing\r\n\u0000 here \u00e9'],
    ] as const) {
      const body = bytes(text)
      expect(Buffer.from(inspectBody(body, reading).output).equals(body)).toBe(true)
      expect(
        Buffer.from(
          inspectBody(
            body,
            reading,
            [...body].map((byte) => Uint8Array.of(byte)),
          ).output,
        ).equals(body),
      ).toBe(true)
    }
  })

  test('an edited document reads to the same tree outside the edited leaves', () => {
    const document = {
      id: 7,
      list: [1.5, 'x', null],
      card: '4111111111111111',
      deep: { mail: 'ada@example.com', n: 4111111111111111 },
    }
    const edited = JSON.parse(Buffer.from(inspectBody(bytes(JSON.stringify(document)), 'json').output).toString())
    expect(edited).toEqual({
      ...document,
      card: '[redacted:CREDIT_CARD]',
      deep: { mail: '[redacted:EMAIL]', n: '[redacted:CREDIT_CARD]' },
    })
  })
})

describe('scrubbing scrubbed output changes nothing', () => {
  const samples = placedRules.flatMap(({ rule }) => rule.samples.find.slice(0, 2).map((text) => text.replace(/[⟦⟧]/g, '')))
  test.each(['redact', 'mask', 'hash'] as const)('every pair of rules, %s', (action) => {
    const policy = { mode: 'enforce' as const, request: { '*': action } }
    const changed: string[] = []
    // the number of samples may be a multiple of three: the actions begin with different joints
    let turn = action.length
    for (const first of samples) {
      for (const second of samples) {
        const between = [' ', '\n', ', '][turn++ % 3]
        const once = inspectBody(bytes(first + between + second), 'text', undefined, policy).output
        const twice = inspectBody(once, 'text', undefined, policy).output
        if (!Buffer.from(twice).equals(Buffer.from(once))) changed.push(first + between + second)
      }
    }
    expect(changed).toEqual([])
  })
})

test('imports point one way, and node: stays outside src and rules', () => {
  // Folders that have no number stand side by side.
  const rank: Record<string, number> = { core: 0, pipeline: 2, middleware: 3, gateway: 4, console: 5 }
  const wrong: string[] = []
  for (const file of listFiles('src')) {
    const own = file.split('/')[1]
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
      if (target.startsWith('node:')) wrong.push(`${file} imports ${target}`)
      const parts = new URL(target, `file:///${file}`).pathname.split('/')
      if (parts[1] !== 'src' || parts[2].endsWith('.ts') || own.endsWith('.ts') || parts[2] === own) continue
      if ((rank[own] ?? 1) <= (rank[parts[2]] ?? 1) && !(own === 'policy' && parts[2] === 'transform'))
        wrong.push(`${file} imports ${target}`)
    }
  }
  expect(wrong).toEqual([])
})

function listFiles(folder: string): string[] {
  const { readdirSync } = process.getBuiltinModule('node:fs')
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name}`)
}
