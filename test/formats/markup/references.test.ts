import fc from 'fast-check'
import { parseFragment } from 'parse5'
import { expect, test } from 'vitest'
import { NAMED_REFERENCES } from '../../../src/formats/markup/named-references.ts'
import { bytesOf, record, recordEveryCut, textOf } from '../record.ts'

const NAMES = NAMED_REFERENCES.trim()
  .split(/\s+/)
  .map((entry) => entry.slice(0, entry.search(/[;!]/)))

function parsed(html: string): string {
  const [node] = parseFragment(`<p>${html}`).childNodes
  return 'childNodes' in node && node.childNodes.length > 0 && 'value' in node.childNodes[0] ? node.childNodes[0].value : ''
}

function read(html: string): string {
  return record('html', bytesOf(`<p>${html}`))
    .fields.map(textOf)
    .join('')
}

test('every named reference stands for what parse5 says, with and without its semicolon, alone and before letters', () => {
  expect(NAMES.length).toBe(2125)
  for (const name of NAMES) {
    for (const text of [`&${name};x`, `&${name} x`, `&${name}x`, `&${name}=`])
      expect([text, read(`.${text}`)]).toEqual([text, parsed(`.${text}`)])
    const value = `&${name}x&${name}=&${name};`
    const [element] = parseFragment(`<a b="${value}">`).childNodes
    const field = record('html', bytesOf(`<a b="${value}">`)).fields[0]
    expect([value, textOf(field)]).toEqual([value, 'attrs' in element ? element.attrs[0].value : undefined])
  }
})

test('numeric references stand for what parse5 says, at every cut', () => {
  const number = fc.oneof(
    fc.nat({ max: 0x120000 }),
    fc.integer({ min: 0x7f, max: 0xa0 }),
    fc.constantFrom(0, 0xd800, 0xdfff, 0x10ffff, 1e12),
  )
  const spelled = fc.tuple(number, fc.constantFrom('&#', '&#000', '&#x', '&#X00'), fc.constantFrom(';', '', ' ', 'g', '&'))
  fc.assert(
    fc.property(fc.array(spelled, { minLength: 1, maxLength: 4 }), (references) => {
      const text = `.${references.map(([value, start, end]) => `${start}${value.toString(/x/i.test(start) ? 16 : 10)}${end}`).join('')}`
      const { fields } = recordEveryCut('html', bytesOf(`<p>${text}`))
      expect(fields.map(textOf).join('').replaceAll('\r', '\n')).toBe(parsed(text).replaceAll('\r', '\n'))
    }),
    { seed: 41, numRuns: 1000 },
  )
})

test('XML knows no bare names and no windows-1252', () => {
  const text = (document: string) => textOf(recordEveryCut('xml', bytesOf(document)).fields[0])
  expect(text('<a>&#128;&#x80;&lt&amp;&copy;&copy</a>')).toBe('\u0080\u0080&lt&©&copy')
})
