import Papa from 'papaparse'
import { type Recording, textOf } from '../../formats/record.ts'
import { same, type Target } from '../target.ts'
import { readerTarget } from './reader.ts'

export const csv: Target = readerTarget({
  name: 'csv',
  about: 'tables with any separator, with Papa Parse beside it',
  seeds: [
    'a,b\n1,2\n',
    'a,b,\r\n,"",\r\n',
    'a;"b ""x"" c"\r1;"2;\n3"',
    '\r\na|b\r\n\r\n\n1|2\n\n',
    'a\n"x"y"\n',
    'a\n"x',
    '\ufeffsep=\t\r\na\tb,c\r\n1\t2',
    'a\n1,2\n',
    'a\tb',
    'card,"n ""q"""\r\n"4111 1111 1111 1111",x\r\n',
  ],
  words: [
    ',',
    ';',
    '\t',
    '|',
    '"',
    '""',
    '\n',
    '\r',
    '\r\n',
    '"\n',
    '",',
    ',"',
    'sep=;\n',
    '\ufeff',
    'a',
    '1',
    'é',
    ' ',
    '""",',
    'a,b\n',
  ],
  frame: /^(?:\u00ef\u00bb\u00bf)?(?:sep=.)?[,;\t|"\r\n]*$/,
  open: () => ({ kind: 'csv' }),
  oracle: papaReads,
  // A mark has none of the characters that structure a table, but the separator is told by what the first row holds.
  stable: ({ fields, malformed }, field) =>
    malformed === 0 &&
    field.kind !== 'key' &&
    fields.some(({ kind }) => kind === 'key') &&
    !fields.some((one) => one.kind === 'key' && textOf(one).includes('"')),
})

/** Where a table is written as RFC 4180 has it, Papa Parse reads the same cells. */
function papaReads(input: Uint8Array, { fields, malformed }: Recording): void {
  if (malformed > 0 || fields.length < 2 || input.some((byte) => byte >= 0x80)) return
  const text = Buffer.from(input).toString('latin1')
  if (/[;\t|\r]|sep=/.test(text) || !/^[^"\n,]+(?:,[^"\n,]+)*\n/.test(text)) return
  // A quote inside a bare cell, or beside a quoted one, is read in as many ways as there are readers.
  if (!/^(?:(?:"(?:[^"]|"")*"|[^",\n]*)(?:[,\n]|$))*$/.test(text)) return
  const { data } = Papa.parse<string[]>(text, { delimiter: ',', newline: '\n', skipEmptyLines: true })
  const cells = data.flat()
  // a row of one quoted cell without text is a row to the reader, and an empty line to the other
  if (/(?:^|\n)""(?:\n|$)/.test(text)) return
  same('Papa Parse', JSON.stringify(fields.map(textOf)), JSON.stringify(cells))
}
