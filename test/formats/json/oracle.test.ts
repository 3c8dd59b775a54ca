import { Tokenizer } from '@streamparser/json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chooseReader } from '../../../src/formats/choose-reader.ts'
import { Random } from '../../support/random.ts'
import { between, bytesOf, type RecordedField, record, recordEveryCut, textOf } from '../record.ts'

type Tree = null | boolean | number | string | Tree[] | { [name: string]: Tree }

/** What may stand outside fields. */
const FRAME = /^(?:\u00ef\u00bb\u00bf)?(?:[ \t\r\n{}[\],:"\u001e]|true|false|null)*$/

/** A JSON text of a tree with white space and escapes a serialiser would not choose. */
function write(tree: Tree, random: Random): string {
  const space = () => (random.chance(0.2) ? random.pick([' ', '\n', '\t', '\r\n']) : '')
  if (Array.isArray(tree)) return `[${space()}${tree.map((item) => write(item, random) + space()).join(`,${space()}`)}]`
  if (typeof tree === 'string') return quote(tree, random)
  if (typeof tree !== 'object' || tree === null) return JSON.stringify(tree)
  const members = Object.entries(tree).map(
    ([name, value]) => `${quote(name, random)}${space()}:${space()}${write(value, random)}${space()}`,
  )
  return `{${space()}${members.join(`,${space()}`)}}`
}

function quote(text: string, random: Random): string {
  let quoted = ''
  // By characters, so that both halves of a pair are escaped or none.
  for (const character of text) {
    const must = character < ' ' || character === '"' || character === '\\'
    if (!must && !random.chance(0.15)) quoted += character
    else {
      for (const unit of character.split('')) {
        const hex = unit.charCodeAt(0).toString(16).padStart(4, '0')
        quoted += `\\u${random.chance(0.5) ? hex : hex.toUpperCase()}`
      }
    }
  }
  return `"${quoted}"`
}

const names = fc
  .oneof(fc.constantFrom('card', 'ssn', 'a/b', '~', '', 'é'), fc.string({ unit: 'binary', maxLength: 12 }))
  .filter((name) => name !== '__proto__')
const leaves = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0 || 0),
  fc.boolean(),
  fc.constant(null),
)
const trees = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaves,
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
  ),
})).tree as fc.Arbitrary<Tree>
const documents = fc.tuple(trees, fc.integer()).map(([tree, seed]) => write(tree, new Random(seed)))

const stepName = (step: string) => step.replaceAll('~1', '/').replaceAll('~0', '~')

function at(tree: Tree, pointer: string): Tree {
  let node = tree
  for (const step of pointer.split('/').slice(1)) node = (node as Record<string, Tree>)[stepName(step)]
  return node
}

const scalarOf = (field: RecordedField) => (field.kind === 'number' ? Number(textOf(field)) : textOf(field))

describe('JSON against other parsers', () => {
  test('JSON.parse has each value at its path', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const { fields, malformed } = record('json', bytesOf(document))
        const tree = JSON.parse(document) as Tree
        expect(malformed).toBe(0)
        for (const field of fields) {
          if (field.kind === 'key') expect(Object.keys(at(tree, field.path) as object)).toContain(textOf(field))
          else expect(at(tree, field.path)).toBe(scalarOf(field))
        }
      }),
      { seed: 11, numRuns: 400 },
    )
  })

  test('@streamparser/json gives the same names, strings and numbers in the same order', () => {
    // Its tokens of structure are told from strings by their value only; strings that look like one are left out.
    const scalar = (value: unknown) => typeof value === 'number' || (typeof value === 'string' && !'{}[],:'.includes(value))
    fc.assert(
      fc.property(documents, (document) => {
        const expected: unknown[] = []
        const tokenizer = new Tokenizer()
        tokenizer.onToken = ({ value }) => {
          if (scalar(value)) expected.push(value)
        }
        tokenizer.write(document)
        if (!tokenizer.isEnded) tokenizer.end()
        expect(record('json', bytesOf(document)).fields.map(scalarOf).filter(scalar)).toEqual(expected)
      }),
      { seed: 12, numRuns: 400 },
    )
  })

  test('every cut of generated documents gives the same fields and nothing falls between them', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const source = bytesOf(document)
        if (source.length <= 200) expect(between(source, recordEveryCut('json', source))).toMatch(FRAME)
      }),
      { seed: 13, numRuns: 200 },
    )
  })

  test('anything at all: no throw, random cuts do not show, nothing is lost, and malformed is what JSON.parse refuses', () => {
    const random = new Random(14)
    const parts = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"k":',
      '\\',
      '\\u',
      '\\ud83d',
      '\\ude00',
      '\\n',
      'true',
      'nul',
      '-',
      '12',
      '.5',
      'e9',
      ' ',
      '\n',
      '\u001e',
      '\ufeff',
      'x',
      'é',
    ]
    const wrong: string[] = []
    for (let round = 0; round < 4000; round++) {
      let document = ''
      for (let k = random.int(0, 14); k > 0; k--) document += random.pick(parts)
      const source = bytesOf(document)
      const kind = random.pick(['json', 'json-sequence'] as const)
      const depth = random.pick([2, 1024])
      const cuts: number[] = []
      for (let cut = 1; cut < source.length; cut++) if (random.chance(0.4)) cuts.push(cut)
      const told = JSON.stringify([document, kind, depth, cuts])
      try {
        const whole = record(kind, source, [], depth)
        if (JSON.stringify(record(kind, source, cuts, depth)) !== JSON.stringify(whole)) wrong.push(`cut shows: ${told}`)
        if (!FRAME.test(between(source, whole))) wrong.push(`lost: ${told}`)
        // A lone surrogate is JSON by its grammar, and remarked here.
        if (kind === 'json' && depth === 1024 && !document.includes('\\ud') && whole.malformed > 0 === isJson(document))
          wrong.push(`remark: ${told}`)
      } catch (error) {
        wrong.push(`${error instanceof Error ? error.message : error}: ${told}`)
      }
    }
    expect(wrong.slice(0, 5), `${wrong.length} of 4000`).toEqual([])
  })
})

function isJson(document: string): boolean {
  try {
    JSON.parse(document.replace(/^\ufeff/, ''))
    return true
  } catch {
    return false
  }
}

describe('splices', () => {
  const mark = bytesOf('[redacted:card]')
  const reader = chooseReader('json', { open() {}, plain() {}, decoded() {}, close() {}, remark() {} }, { maxDepth: 1024 })

  test('one leaf replaced by a mark, the rest of the tree is the same', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (document, choice) => {
        const source = bytesOf(document)
        const values = record('json', source).fields.filter((field) => field.kind !== 'key')
        if (values.length === 0) return
        const field = values[choice % values.length]
        const encoded = reader.encode(mark, field.kind as 'string' | 'number')
        const edited = Buffer.concat([source.subarray(0, field.start), encoded, source.subarray(field.end)]).toString()
        const expected = JSON.parse(document) as Tree
        if (field.path === '') {
          expect(JSON.parse(edited)).toBe('[redacted:card]')
          return
        }
        const slash = field.path.lastIndexOf('/')
        const parent = at(expected, field.path.slice(0, slash)) as Record<string, Tree>
        parent[stepName(field.path.slice(slash + 1))] = '[redacted:card]'
        expect(JSON.parse(edited)).toEqual(expected)
      }),
      { seed: 15, numRuns: 400 },
    )
  })

  test('a part of a string replaced at its span, the part alone differs', () => {
    const source = bytesOf('{"note":"caf\\u00e9 4111 \\ud83d\\ude00 end"}')
    const hidden = record('json', source).fields[1].pieces.find((piece) => piece.escape)!
    const edited = Buffer.concat([source.subarray(0, hidden.from), reader.encode(mark, 'string'), source.subarray(hidden.to)])
    expect(JSON.parse(edited.toString())).toEqual({ note: 'caf[redacted:card] 4111 😀 end' })
  })

  test('what JSON escapes is escaped', () => {
    const text = bytesOf('a"b\\c\n\u0001é')
    const read = (bytes: Uint8Array) => Buffer.from(bytes).toString()
    expect(JSON.parse(read(reader.encode(text, 'number')))).toBe('a"b\\c\n\u0001é')
    expect(JSON.parse(`"${read(reader.encode(text, 'key'))}"`)).toBe('a"b\\c\n\u0001é')
    expect(reader.encode(text, 'text')).toEqual(text)
  })
})
