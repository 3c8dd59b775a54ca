import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import Papa from 'papaparse'
import { describe, expect, test } from 'vitest'
import { chooseReader } from '../../../src/formats/choose-reader.ts'
import { describeShared, sharedPath } from '../../support/shared.ts'
import { between, bytesOf, outline, type Recording, record, recordEveryCut, textOf } from '../record.ts'

const reader = () => chooseReader('csv', { open() {}, plain() {}, decoded() {}, close() {}, remark() {} }, { maxDepth: 1 })

/** The cells, row by row: the header first. */
function rowsOf(recording: Recording): string[][] {
  const rows: string[][] = []
  for (const field of recording.fields) {
    const row = field.kind === 'key' ? 0 : Number(field.path.split('/')[1]) + 1
    rows[row] ??= []
    rows[row].push(textOf(field))
  }
  return rows
}

describe('tables, each at every cut', () => {
  test.each([
    ['names and cells', 'a,b\n1,2\n', ['key  a', 'key  b', 'string /0/a 1', 'string /0/b 2'], 0],
    ['empty cells', 'a,b,\r\n,"",\r\n', ['key  a', 'key  b', 'key  ', 'string /0/a ', 'string /0/b ', 'string /0/2 '], 0],
    ['quotes', 'a;"b ""x"" c"\r1;"2;\n3"', ['key  a', 'key  b "x" c', 'string /0/a 1', 'string /0/b "x" c 2;\n3'], 0],
    ['empty lines are no rows', '\r\na|b\r\n\r\n\n1|2\n\n', ['key  a', 'key  b', 'string /0/a 1', 'string /0/b 2'], 0],
    ['a stray quote stands for itself', 'a\n"x"y"\n', ['key  a', 'string /0/a x"y'], 1],
    ['an open quote', 'a\n"x', ['key  a', 'string /0/a x'], 1],
    ['a separator at the end', 'a,b\n1,', ['key  a', 'key  b', 'string /0/a 1', 'string /0/b '], 0],
    [
      'a separator that is named',
      '\ufeffsep=\t\r\na\tb,c\r\n1\t2',
      ['key  a', 'key  b,c', 'string /0/a 1', 'string /0/b,c 2'],
      0,
    ],
    ['more cells than names', 'a\n1,2\n', ['key  a', 'string /0/a 1', 'string /0/1 2'], 0],
    ['a row without end and names alone', 'a\tb', ['key  a', 'key  b'], 0],
    ['nothing', '', [], 0],
  ])('%s', (_name, document, fields, malformed) => {
    const recording = recordEveryCut('csv', bytesOf(document))
    expect(outline(recording)).toEqual(fields)
    expect(recording.malformed).toBe(malformed)
  })

  test('a cell has the name of its column, and the label of its row around it', () => {
    const { fields } = record('csv', bytesOf('setting,value\ndb password,x\n17,y\n'))
    expect(fields.map((field) => field.keys)).toEqual([[], [], ['setting'], ['db password', 'value'], ['setting'], ['value']])
  })

  test('a first row that does not end is kept no longer than 4 KiB', () => {
    const source = bytesOf(`${'x'.repeat(5000)},b\n1,2`)
    expect(rowsOf(record('csv', source, [10, 4095, 4096, 4500])).map((row) => row.length)).toEqual([2, 2])
  })
})

describeShared('conformance', () => {
  const cases = readFileSync(sharedPath('conformance/csv.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; base64: string; rows: Record<string, string>[] | Record<string, string> })
  test.each(cases)('$id', ({ id, base64, rows }) => {
    const source = Uint8Array.from(Buffer.from(base64, 'base64'))
    const [names, ...cells] = rowsOf(recordEveryCut('csv', source))
    const read = cells.map((row) => Object.fromEntries(row.map((cell, i) => [names[i], cell])))
    // One case says its rows as an object whose number is not that of the file.
    if (id === 'location_coordinates') expect([Object.keys(read[0])]).toEqual([Object.keys(rows)])
    // The suite's rows say CRLF where the files have LF.
    else expect(read).toEqual(JSON.parse(JSON.stringify(rows).replaceAll('\\r\\n', '\\n')))
  })
})

describe('Papa Parse as the oracle', () => {
  const cell = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'é', ' ', '"', ',', ';', '\n', '1', '-'), maxLength: 8 }),
    fc.constant(''),
  )
  const tables = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n', '\r'))
    .chain(([width, separator, newline]) =>
      fc.tuple(
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
        fc.constant({ width, separator, newline }),
      ),
    )

  test('the same cells of any table that it writes', () => {
    fc.assert(
      fc.property(tables, ([rows, { width, separator, newline }]) => {
        const header = Array.from({ length: width }, (_, i) => `c${i}`)
        const text = Papa.unparse([header, ...rows], { delimiter: separator, newline, quotes: false })
        const source = bytesOf(text)
        const recording = recordEveryCut('csv', source)
        const parsed = Papa.parse<string[]>(text, { delimiter: width === 1 ? ',' : separator, newline, skipEmptyLines: true })
        expect(rowsOf(recording)).toEqual(parsed.data)
        expect(between(source, recording)).toMatch(/^[,;\t|"\r\n]*$/)
      }),
      { seed: 31, numRuns: 700 },
    )
  })

  test('a cell edited in place: every other cell is read as before', () => {
    fc.assert(
      fc.property(
        tables,
        fc.nat(),
        fc.constantFrom('[redacted:EMAIL]', '****"1234', '**","b"'),
        ([rows, { width, newline }], which, mark) => {
          const header = Array.from({ length: width }, (_, i) => `c${i}`)
          const source = bytesOf(Papa.unparse([header, ...rows], { newline, quotes: true }))
          const { fields } = record('csv', source)
          const field = fields[width + (which % (fields.length - width))]
          const edited = Buffer.concat([
            source.subarray(0, field.start),
            reader().encode(bytesOf(mark), 'string'),
            source.subarray(field.end),
          ])
          const expected = [header, ...rows].map((row) => [...row])
          const at = fields.indexOf(field)
          expected[Math.floor(at / width)][at % width] = mark
          expect(Papa.parse<string[]>(edited.toString(), { delimiter: ',', newline }).data).toEqual(expected)
        },
      ),
      { seed: 32, numRuns: 300 },
    )
  })

  test('cut short anywhere: what was there is read', () => {
    const source = bytesOf('id,"no ""te"""\r\n1,"a ""b"" c"\r\n2,d')
    for (let end = 0; end <= source.length; end++) {
      const cut = source.subarray(0, end)
      const recording = recordEveryCut('csv', cut)
      const inFields = recording.fields.reduce((sum, field) => sum + field.end - field.start, 0)
      expect(inFields + between(cut, recording).length).toBe(end)
      expect(between(cut, recording)).toMatch(/^[,"\r\n]*$/)
    }
  })
})
