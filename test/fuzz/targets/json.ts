import { type Recording, textOf } from '../../formats/record.ts'
import type { Target } from '../target.ts'
import { readerTarget } from './reader.ts'

const words = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '""',
  '"a"',
  '"k":',
  '\\',
  '\\"',
  '\\\\',
  '\\u0041',
  '\\ud83d',
  '\\ude00',
  '\\u00',
  '\\n',
  '\\q',
  'true',
  'false',
  'null',
  'nul',
  '0',
  '-',
  '1.5',
  'e9',
  'E+',
  '-0',
  ' ',
  '\n',
  '\r\n',
  '\x1e',
  '\ufeff',
  'x',
  'é',
  '😀',
  '//',
  '/*',
  '{"a":',
  '[1,',
  '],',
  '},',
  '{"a":{"b":[',
  'NaN',
  "'",
]
const seeds = [
  '{"a":[1,"x",{"b/~c":true}],"d":null}',
  '"x"',
  '-1.5e+10',
  '["\\"\\\\\\/\\b\\f\\n\\r\\t"]',
  '["\\u0041\\u00e9\\u20AC\\ud83d\\uDE00"]',
  '\ufeff{"a":1}',
  '{"a":1,"a":2}',
  '["a\nb", "\\q"]',
  '{"a":1,,"b":"c"}',
  '[1}',
  '{a:1}',
  '[1 /* x */]',
  '{"card":"4111 1111","n":4111111111111111}',
  '[[[[[["deep"]]]]]]',
  '4111-1111',
]
const frame = /^(?:\u00ef\u00bb\u00bf)?(?:[ \t\r\n{}[\],:"\u001e]|true|false|null)*$/

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What `JSON.parse` makes of it: it takes what is not remarked, and has the values at their paths. */
function parsesAlike(input: Uint8Array, { fields, malformed }: Recording, maxDepth: number): void {
  let text: string
  try {
    text = utf8.decode(input).replace(/^\ufeff/, '')
  } catch {
    return
  }
  if (maxDepth < 1024 || text.includes('\\u') || text.includes('\\U')) return
  let tree: unknown
  let valid = true
  try {
    tree = JSON.parse(text)
  } catch {
    valid = false
  }
  if (valid !== (malformed === 0)) throw new Error(`remark: JSON.parse says ${valid ? 'valid' : 'invalid'}`)
  if (!valid) return
  const leaves: string[] = []
  const walk = (node: unknown): void => {
    if (typeof node === 'object' && node !== null) for (const child of Object.values(node)) walk(child)
    else if (typeof node === 'string' || typeof node === 'number') leaves.push(String(node))
  }
  walk(tree)
  const read = fields
    .filter(({ kind }) => kind !== 'key')
    .map((field) => (field.kind === 'number' ? String(Number(textOf(field))) : textOf(field)))
  // of names that stand twice JSON.parse has the last
  for (const leaf of leaves)
    if (!read.includes(leaf === '0' && read.includes('-0') ? '-0' : leaf)) throw new Error(`value: ${leaf} is not among ${read}`)
}

const depths = [2, 1024, 1024, 1024]

export const json: Target = readerTarget({
  name: 'json',
  about: 'one JSON document, with JSON.parse beside it',
  seeds,
  words,
  frame,
  stable: (_, { kind }) => kind !== 'text',
  open: (random) => ({ kind: 'json', maxDepth: random.pick(depths) }),
  oracle: parsesAlike,
})

export const jsonSequence: Target = readerTarget({
  name: 'json-sequence',
  about: 'NDJSON, JSON text sequences, documents one after another',
  seeds: [...seeds, '{"a":1}\n{"a":2}\n', '\x1e{"a":1}\n\x1e[2]\n', '{"a":1}{"b":2}[3]"x"4 5', '{"a":1\n{"b":2}\n', '1\n\n2'],
  words: [...words, '}\n{', '\x1e{', '\n"', '\n['],
  frame,
  stable: (_, { kind }) => kind !== 'text',
  open: (random) => ({ kind: 'json-sequence', maxDepth: random.pick(depths) }),
})
