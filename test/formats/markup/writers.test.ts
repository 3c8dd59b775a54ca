import { parse } from 'parse5'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { bytesOf, record, textOf } from '../record.ts'

// A mark may hold what a mask kept of a value, so every character must be written so that it ends nothing.
const TEXT = `a<b>&amp;"'=\`]]>--!> c`

/** The document with the value `#` replaced by TEXT, as the writer of its field has it. */
function written(kind: 'html' | 'xml', document: string): string {
  const source = bytesOf(document)
  const field = record(kind, source).fields.find((one) => textOf(one) === '#')!
  const place = { start: field.start, end: field.end, bytes: source.slice(field.start, field.end) }
  const text = field.writer().encode(bytesOf(TEXT), field.kind as 'text', place)
  return Buffer.concat([source.subarray(0, field.start), text, source.subarray(field.end)]).toString()
}

test.each([
  ['text', '<p>#</p>', (body: Node) => body.childNodes![0].childNodes![0].value],
  ['a value in double quotes', '<p title="#" id=x><i>', (body: Node) => body.childNodes![0].attrs![0].value],
  ['a value in single quotes', "<p title='#' id=x><i>", (body: Node) => body.childNodes![0].attrs![0].value],
  ['a bare value', '<p title=# id=x><i>', (body: Node) => body.childNodes![0].attrs![0].value],
  [
    'a title in the page',
    '<div><textarea>#</textarea><i></div>',
    (body: Node) => body.childNodes![0].childNodes![0].childNodes![0].value,
  ],
])('HTML, %s: parse5 reads the text that was written', (_name, document, find) => {
  const body = (parse(written('html', document)) as unknown as Node).childNodes!.at(-1)!.childNodes!.at(-1)!
  expect(find(body)).toBe(TEXT)
  expect(body.childNodes!.length).toBe(1)
})

interface Node {
  readonly childNodes?: Node[]
  readonly attrs?: { value: string }[]
  readonly value?: string
}

test.each([
  ['text', '<a>#</a>'],
  ['a CDATA section', '<a><![CDATA[#]]></a>'],
  ['a value', '<a b="#"/>'],
  ['a value in single quotes', "<a b='#'/>"],
])('XML, %s: saxes reads the text that was written', (_name, document) => {
  let read = ''
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('text', (text) => {
    read += text
  })
  parser.on('cdata', (text) => {
    read += text
  })
  parser.on('opentag', ({ attributes }) => {
    read += Object.values(attributes as Record<string, string>).join()
  })
  parser.write(written('xml', document)).close()
  expect(read).toBe(TEXT)
})

test('a comment is not ended by what is written into it', () => {
  const document = written('html', '<!--#--><p>x')
  expect(record('html', bytesOf(document)).fields.map((field) => field.path)).toEqual(['', '/p'])
})
