import { expect, test, vi } from 'vitest'
import { ElementStack } from '../../../src/formats/markup/element-stack.ts'
import { Tokenizer } from '../../../src/formats/markup/tokenizer.ts'
import { bytesOf, record } from '../record.ts'

/** Steps of the tokenizer, and names compared, a byte. */
function stepsPerByte(kind: 'html' | 'xml', source: Uint8Array, window: number): number {
  const prototype = Tokenizer.prototype as unknown as Record<'step' | 'readReference', () => void>
  const spies = [vi.spyOn(prototype, 'step'), vi.spyOn(prototype, 'readReference'), vi.spyOn(ElementStack.prototype, 'is')]
  const cuts = Array.from({ length: Math.ceil(source.length / window) - 1 }, (_, k) => (k + 1) * window)
  record(kind, source, cuts)
  const steps = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0)
  for (const spy of spies) spy.mockRestore()
  return steps / source.length
}

const N = 20_000
const FLOODS: Record<string, string> = {
  '<': '<'.repeat(N),
  '&': '&'.repeat(N),
  '&#': '&#'.repeat(N / 2),
  'long names of references': `&${'a'.repeat(N)}`,
  '</': '</'.repeat(N / 2),
  '<!': '<!'.repeat(N / 2),
  '<!-': '<!-'.repeat(N / 3),
  dashes: `<!--${'-'.repeat(N)}`,
  'dashes and bangs': `<!--${'--!'.repeat(N / 3)}`,
  brackets: `<svg><![CDATA[${']'.repeat(N)}`,
  'unclosed tags': '<a '.repeat(N / 3),
  'open elements': '<b>'.repeat(1000) + 'x</i>'.repeat(N / 5),
  'elements that end others': '<p><b>'.repeat(300) + '<li><td>'.repeat(N / 8),
  'end tags of nothing': '</x>'.repeat(N / 4),
  attributes: `<a ${'b=c '.repeat(N / 4)}`,
  'attributes without space': `<a ${'b="c"'.repeat(N / 5)}`,
  'values without their names': '<a value=b '.repeat(N / 11),
  'tags with a value before a name': '<a value=b name=c>'.repeat(N / 18),
  'script in script': `<script><!--${'<script></script>'.repeat(N / 17)}`,
  'ends of scripts that are none': `<script>${'</scrip'.repeat(N / 7)}`,
  'title ends that are none': `<title>${'</titl'.repeat(N / 6)}`,
  quotes: `<a b="${"'".repeat(N)}`,
  declarations: `<!DOCTYPE a [${'<!ENTITY a "'.repeat(N / 12)}`,
  'entities in entities': `<!DOCTYPE a [<!ENTITY a "${'&b;'.repeat(N / 6)}"><!ENTITY b "">]><a>${'&a;'.repeat(N / 6)}`,
}

test.each(Object.keys(FLOODS))('%s: a bounded number of steps a byte, in windows of any size', (name) => {
  const source = bytesOf(FLOODS[name])
  for (const kind of ['html', 'xml'] as const)
    for (const window of [source.length, 61, 1]) expect(stepsPerByte(kind, source, window)).toBeLessThan(8)
})

test.each([
  ['html', '<p>a<b class="x y" id=z>b&amp;</b><!-- c --><script>d("<!-- e")</script><title>f</title>'],
  ['xml', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e "x">]><a b="c"><d/>&e;<!-- f --><![CDATA[g]]></a>'],
] as const)('%s cut off anywhere inside a token or an element that must end is remarked', (kind, document) => {
  const silent: string[] = []
  for (let length = 0; length < document.length; length++) {
    const { malformed, fields, depthLimitAt } = record(kind, bytesOf(document.slice(0, length)))
    expect([depthLimitAt, malformed <= 1, fields.every((field) => field.end <= length)]).toEqual([-1, true, true])
    if (malformed === 0) silent.push(document.slice(0, length).slice(-1))
  }
  // HTML may end in any text and behind any tag that begins no text of its own.
  expect(silent.join('')).toBe(kind === 'html' ? '>a>b&am;>>>' : '')
  expect(record(kind, bytesOf(document)).malformed).toBe(0)
})
