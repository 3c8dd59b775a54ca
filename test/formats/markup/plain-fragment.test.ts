import { expect, test } from 'vitest'
import { MAX_FRAGMENT, plainFragment } from '../../../src/formats/markup/plain-fragment.ts'
import { Random } from '../../support/random.ts'
import { bytesOf, record, textOf } from '../record.ts'

const out = new Uint8Array(MAX_FRAGMENT)

function read(fragment: string): string | undefined {
  const length = plainFragment(bytesOf(fragment), out)
  return length < 0 ? undefined : new TextDecoder().decode(out.subarray(0, length))
}

test.each([
  ['a <i>b</i>', 'a b'],
  ['  41<b>1</B >1<br/> 2', '4111\n2'],
  ['<ul><li>a<li>b</ul>c', 'a\nb\nc'],
  ['1</div>2</p>3', '12\n3'],
])('%j reads as %j', (fragment, text) => expect(read(fragment)).toBe(text))

test.each(['a', '<p>a</p>', '<p> </p>', ''])('%j is not divided', (fragment) => expect(read(fragment)).toBe(''))

test.each([
  ['an attribute', '<a href=x>b</a>c'],
  ['a reference', 'a&amp;<b>c'],
  ['a comment', 'a<!-- x -->b'],
  ['a sign that begins no tag', 'a < b <i>c'],
  ['an element of no page', 'a<x>b'],
  ['a script', 'a<script>b'],
  ['a tag that is cut', 'a<b'],
  ['a return, which is a line feed', 'a<b>\r\n'],
  ['a document of JSON', '<p>{"a":1}<b>c'],
  ['more than is read here', `a<b>${'c'.repeat(MAX_FRAGMENT)}`],
])('%s is not plain', (_, fragment) => expect(read(fragment)).toBeUndefined())

const NAMES = 'b i a p div ul li ol h1 h2 br hr span td tr table dd dt option select button title x svg'.split(' ')

test('what is plain is what the reader gives', () => {
  const random = new Random(11)
  let plain = 0
  let divided = 0
  for (let run = 0; run < 60_000; run++) {
    let fragment = ''
    for (let n = random.int(1, 10); n > 0; n--) {
      const name = random.pick(random.chance(0.8) ? NAMES.slice(0, 13) : NAMES)
      fragment += random.pick([
        'a',
        ' ',
        '1 2',
        '\n',
        '&',
        '{',
        '<',
        `<${name}>`,
        `<${name}>`,
        `<${name} />`,
        `</${name}>`,
        `</${name} >`,
      ])
    }
    const text = read(fragment)
    if (text === undefined || !/<[a-z/]/.test(fragment)) continue
    plain++
    const { fields, flow } = record('markup', bytesOf(fragment))
    if (text !== '') {
      divided++
      expect([fragment, ...flow.map(textOf)]).toEqual([fragment, text])
    } else {
      expect([fragment, flow.flatMap(({ pieces }) => pieces).some(({ gap }) => gap !== undefined)]).toEqual([fragment, false])
    }
    // before the first tag nobody knows that it is a page
    for (const { kind, start } of fields) if (start > fragment.indexOf('<')) expect([fragment, kind]).toEqual([fragment, 'text'])
  }
  expect(plain).toBeGreaterThan(5000)
  expect(divided).toBeGreaterThan(1500)
})
