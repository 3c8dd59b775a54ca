import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseReader } from '../../../src/formats/choose-reader.ts'
import { between, bytesOf, outline, record, recordEveryCut, textOf } from '../record.ts'

describe('forms, each at every cut', () => {
  test.each([
    ['names and values', 'a=1&b=x', ['key  a', 'string /a 1', 'key  b', 'string /b x'], 0],
    ['plus and percent', 'full+name=J%C3%A9+D%2b', ['key  full name', 'string /full name Jé D+'], 0],
    ['a name alone', 'a&b=1', ['key  a', 'key  b', 'string /b 1'], 0],
    ['further equals signs and semicolons are data', 'a=b=c;d', ['key  a', 'string /a b=c;d'], 0],
    ['a pointer is escaped', 'a%2Fb~=1', ['key  a/b~', 'string /a~1b~0 1'], 0],
    ['an encoded separator is data', 'a=x%26y%3Dz', ['key  a', 'string /a x&y=z'], 0],
    [
      'broken percent signs',
      'a=50%&b=%4&c=%zz%%41',
      ['key  a', 'string /a 50%', 'key  b', 'string /b %4', 'key  c', 'string /c %zz%A'],
      1,
    ],
    ['a percent sign at the end', 'a=%', ['key  a', 'string /a %'], 1],
    ['nothing', '', [], 0],
  ])('%s', (_name, document, fields, malformed) => {
    const recording = recordEveryCut('form', bytesOf(document))
    expect(outline(recording)).toEqual(fields)
    expect(Math.min(1, recording.malformed)).toBe(malformed)
  })

  test('a name has no name; its value has it', () => {
    const { fields } = record('form', bytesOf('card=4111'))
    expect(fields.map((field) => [field.key, field.keys])).toEqual([
      ['', []],
      ['card', ['card']],
    ])
  })

  test('URLSearchParams reads the same names and values of anything', () => {
    // No raw bytes beyond ASCII: beside a broken percent sign Node's URLSearchParams garbles them.
    const unit = fc.constantFrom('a', 'b', '=', '&', '+', '%', '%4', '1', '%41', '%C3%A9', '%26', ';', '%zz')
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 16 }), (units) => {
        const source = bytesOf(units.join(''))
        const recording = recordEveryCut('form', source)
        const expected = [...new URLSearchParams(units.join(''))].flat().filter((text) => text !== '')
        expect(recording.fields.map(textOf).filter((text) => text !== '')).toEqual(expected)
        expect(between(source, recording)).toMatch(/^[&=]*$/)
        for (const field of recording.fields) if (field.kind === 'string') expect(source[field.start - 1]).toBe(0x3d)
      }),
      { seed: 21, numRuns: 1500 },
    )
  })

  test('an encoded text spliced in is read back, the other pairs unchanged', () => {
    const reader = chooseReader('form', { open() {}, plain() {}, decoded() {}, close() {}, remark() {} }, { maxDepth: 1 })
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        const source = bytesOf('a=1&card=4111+1111&z=%41')
        const field = record('form', source).fields[3]
        const edited = Buffer.concat([
          source.subarray(0, field.start),
          reader.encode(bytesOf(text), 'string'),
          source.subarray(field.end),
        ])
        expect([...new URLSearchParams(edited.toString())]).toEqual([
          ['a', '1'],
          ['card', text],
          ['z', 'A'],
        ])
      }),
      { seed: 22, numRuns: 300, examples: [['a+b&c=d%41 \u00e9;\n']] },
    )
  })
})
