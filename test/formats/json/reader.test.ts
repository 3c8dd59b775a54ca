import { describe, expect, test } from 'vitest'
import { bytesOf, outline, record, recordEveryCut, textOf } from '../record.ts'

const digits = (count: number) => '1'.repeat(count)

/** Document, its fields as `kind path text`, and whether it is malformed. Each is read whole, at every cut and byte by byte. */
const table: [name: string, document: string, fields: string[], malformed: boolean][] = [
  [
    'members and elements',
    '{"a":[1,"x",{"b/~c":true}],"d":null}',
    ['key  a', 'number /a/0 1', 'string /a/1 x', 'key /a/2 b/~c', 'key  d'],
    false,
  ],
  ['white space of every kind', ' \t\r\n{ "a" :\n[ 1 , 2 ] }\r\n', ['key  a', 'number /a/0 1', 'number /a/1 2'], false],
  ['empty strings, names and containers', '{"":"","a":{},"b":[]}', ['key  ', 'string / ', 'key  a', 'key  b'], false],
  ['a string at the top', '"x"', ['string  x'], false],
  ['a number that ends with the document', '-1.5e+10', ['number  -1.5e+10'], false],
  ['every simple escape', '["\\"\\\\\\/\\b\\f\\n\\r\\t"]', ['string /0 "\\/\b\f\n\r\t'], false],
  ['escapes of one to four bytes', '["\\u0041\\u00e9\\u20AC\\ud83d\\uDE00"]', ['string /0 Aé€😀'], false],
  ['an escaped name', '{"c\\u0061rd":"x"}', ['key  card', 'string /card x'], false],
  ['a byte-order mark', '\ufeff{"a":1}', ['key  a', 'number /a 1'], false],
  [
    'every number form',
    '[0,-0,10,1.0,1e5,1E-5,0.5e+0]',
    ['0', '-0', '10', '1.0', '1e5', '1E-5', '0.5e+0'].map((n, k) => `number /${k} ${n}`),
    false,
  ],
  ['duplicate names, both read', '{"a":1,"a":2}', ['key  a', 'number /a 1', 'key  a', 'number /a 2'], false],
  ['a long number', `[${digits(3000)}]`, [`number /0 ${digits(3000)}`], false],
  ['nothing', '', [], true],
  ['white space only', ' \n', [], true],
  ['a mark only', '\ufeff', [], true],
  ['a control character in a string', '["a\nb"]', ['string /0 a\nb'], true],
  ['an unknown escape stands for itself', '["a\\qb"]', ['string /0 a\\qb'], true],
  [
    'a short \\u stands for itself',
    '["\\u12", "\\u00g0", "\\u\\n"]',
    ['string /0 \\u12', 'string /1 \\u00g0', 'string /2 \\u\n'],
    true,
  ],
  [
    'lone surrogates',
    '["\\ud800", "\\udc00x", "\\ud800\\ud83d\\ude00"]',
    ['string /0 \ufffd', 'string /1 \ufffdx', 'string /2 \ufffd😀'],
    true,
  ],
  [
    'a high surrogate before other escapes',
    '["\\ud800\\n","\\ud800\\q","\\ud800\\u12x","\\ud800\\u0041"]',
    ['\ufffd\n', '\ufffd\\q', '\ufffd\\u12x', '\ufffdA'].map((t, k) => `string /${k} ${t}`),
    true,
  ],
  ['an open string', '{"a":"bc', ['key  a', 'string /a bc'], true],
  ['an open name', '{"ab', ['key  ab'], true],
  ['an open escape', '["\\u00', ['string /0 \\u00'], true],
  ['an open surrogate pair', '["\\ud83d\\ude', ['string /0 \ufffd\\ude'], true],
  ['an open container', '[1,', ['number /0 1'], true],
  ['an unexpected token', '{"a":1,,"b":"c"}', ['key  a', 'number /a 1', 'text  ,"b":"c"}'], true],
  ['a trailing comma', '[1,]', ['number /0 1', 'text  ]'], true],
  ['the wrong bracket', '[1}', ['number /0 1', 'text  }'], true],
  ['a name without quotes', '{a:1}', ['text  a:1}'], true],
  ['a comment', '[1 /* x */]', ['number /0 1', 'text  /* x */]'], true],
  ['text instead of JSON', 'hello world', ['text  hello world'], true],
  ['further values', '{"a":1} [2]\n"x"', ['key  a', 'number /a 1', 'number /0 2', 'string  x'], true],
]

describe('JSON, each document at every cut', () => {
  test.each(table)('%s', (_name, document, fields, malformed) => {
    const recording = recordEveryCut('json', bytesOf(document))
    expect(outline(recording)).toEqual(fields)
    expect(recording.malformed).toBe(malformed ? 1 : 0)
  })

  // A token that is no number or literal is inspected in one piece, from its first byte.
  test.each([
    '4111-1111-1111-1111',
    '01',
    '1.',
    '-',
    '+1',
    '.5',
    '1e',
    '1.e5',
    '0x',
    '0x1g',
    '12nn',
    '1.5n',
    '2024-01-01',
    'tru',
    'truex',
    'nul1',
    'false@example.com',
    '-x',
  ])('the token %s becomes text as a whole', (token) => {
    for (const document of [`[7,${token} , "x"]`, token]) {
      const recording = recordEveryCut('json', bytesOf(document))
      expect(outline(recording).at(-1)).toBe(`text  ${document.slice(document.indexOf(token))}`)
      expect(recording.malformed).toBe(1)
    }
  })

  test.each(['0x10', '-0XfF', '12n', '0n', '0x1Fn'])('%s, of relaxed JSON, is a number and a flaw', (token) => {
    const recording = recordEveryCut('json', bytesOf(`[7,${token} , "x"]`))
    expect(outline(recording)).toEqual(['number /0 7', `number /1 ${token}`, 'string /2 x'])
    expect(recording.malformed).toBe(1)
  })
})

describe('sequences', () => {
  test.each([
    ['lines', '{"a":1}\n{"a":2}\n'],
    ['records of RFC 7464', '\u001e{"a":1}\n\u001e{"a":2}\n'],
    ['values with nothing between', '{"a":1}{"a":2}'],
  ])('%s are read without a remark', (_name, document) => {
    const recording = recordEveryCut('json-sequence', bytesOf(document))
    expect(outline(recording)).toEqual(['key  a', 'number /a 1', 'key  a', 'number /a 2'])
    expect(recording.malformed).toBe(0)
  })

  test('as one document they are remarked once and read all the same', () => {
    const recording = recordEveryCut('json', bytesOf('{"a":1}\n{"a":2}\n{"a":3}'))
    expect(outline(recording)).toHaveLength(6)
    expect(recording.malformed).toBe(1)
  })
})

describe('names', () => {
  test('the nearest name, inherited by elements; a name itself has those around it', () => {
    const { fields } = recordEveryCut('json', bytesOf('{"a":{"b":[["x"],{"c":1}]},"d":2}'))
    expect(fields.map((field) => [field.kind, field.key, field.keys, field.path])).toEqual([
      ['key', '', [], ''],
      ['key', 'a', ['a'], '/a'],
      ['string', 'b', ['a', 'b'], '/a/b/0/0'],
      ['key', 'b', ['a', 'b'], '/a/b/1'],
      ['number', 'c', ['a', 'b', 'c'], '/a/b/1/c'],
      ['key', '', [], ''],
      ['number', 'd', ['d'], '/d'],
    ])
  })

  test('text after an error has none', () => {
    const { fields } = recordEveryCut('json', bytesOf('{"password":x}'))
    expect([fields[1].kind, fields[1].key, fields[1].keys, fields[1].path]).toEqual(['text', '', [], ''])
  })

  test('a long name is cut at a character, its field is not', () => {
    const name = `${'é'.repeat(127)}x😀${'y'.repeat(50)}`
    const { fields } = recordEveryCut('json', bytesOf(`{"${name}":1}`))
    expect(textOf(fields[0])).toBe(name)
    expect(fields[1].key).toBe(`${'é'.repeat(127)}x`)
  })
})

describe('depth', () => {
  test('the container beyond the limit and all after it is text', () => {
    const recording = recordEveryCut('json', bytesOf('{"a":[1,{"b":"4111"}]}'), 2)
    expect(outline(recording)).toEqual(['key  a', 'number /a/0 1', 'text  {"b":"4111"}]}'])
    expect(recording.depthLimitAt).toBe(8)
    expect(recording.malformed).toBe(0)
  })

  test.each(['[', '{"a":'])('100,000 times %s is read to the limit, and the rest as text', (open) => {
    expect(record('json', bytesOf(open.repeat(100_000)), [], 1024).depthLimitAt).toBe(open.length * 1024)
  })

  test('100,000 open containers below the limit', () => {
    const recording = record('json', bytesOf('['.repeat(100_000)), [], 200_000)
    expect([recording.depthLimitAt, recording.malformed, recording.fields.length]).toEqual([-1, 1, 0])
  })
})

test('a million small fields in windows of 8 KiB', () => {
  const source = bytesOf(`[${'1,"a",'.repeat(500_000)}0]`)
  const cuts = Array.from({ length: Math.floor(source.length / 8192) }, (_, k) => (k + 1) * 8192)
  expect(record('json', source, cuts).fields).toHaveLength(1_000_001)
})
