import { Readable } from 'node:stream'
import busboy from 'busboy'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choosePart } from '../../../src/pipeline/choose-reading.ts'
import { between, bytesOf, outline, type RecordedField, record, recordEveryCut, textOf } from '../record.ts'

const options = (...boundaries: string[]) => ({ boundaries, choosePart })
const read = (document: string | Uint8Array, ...boundaries: string[]) =>
  recordEveryCut('multipart', typeof document === 'string' ? bytesOf(document) : document, 1024, options(...boundaries))
/** Lines that end in CRLF. */
const lines = (...all: string[]) => all.join('\r\n')

describe('parts, each at every cut', () => {
  test.each<[string, string, string[], number]>([
    [
      'a field and a file',
      lines(
        '--b',
        'Content-Disposition: form-data; name="ssn"',
        '',
        '536',
        '--b',
        'Content-Disposition: form-data; name="f"; filename="a b.txt"',
        'Content-Type: text/plain',
        '',
        'one',
        'two',
        '--b--',
        '',
      ),
      [
        'string /0/content-disposition form-data',
        'key /0 ssn',
        'string /ssn 536',
        'string /1/content-disposition form-data',
        'key /1 f',
        'string /1/filename a b.txt',
        'string /1/content-type text/plain',
        'text /f one\r\ntwo',
        // What stands behind the closing delimiter is the empty line's end, and no text.
      ],
      0,
    ],
    [
      'an empty value, a value that is a line break, and a part without headers',
      lines('--b', 'content-disposition:form-data;name=a', '', '', '--b', 'X-Odd: 1', '', '', '', '--b', '', 'x', '--b--'),
      ['string /0/content-disposition form-data', 'key /0 a', 'key /1 X-Odd', 'string /1/x-odd 1', 'text /1 \r\n', 'text /2 x'],
      0,
    ],
    ['LF alone', '--b\nContent-Type: text/plain\n\nx\n--b--\n', ['string /0/content-type text/plain', 'text /0 x'], 0],
    ['CR alone', '--b\rContent-Type: text/plain\r\rx\r--b--', ['string /0/content-type text/plain', 'text /0 x'], 0],
    [
      'lookalikes are content',
      lines('--b', '', '--', '--bX', '--b-', '--b--x', ' --b', '-', '--b \t', '', 'y', '--b--  ', 'z'),
      ['text /0 --\r\n--bX\r\n--b-\r\n--b--x\r\n --b\r\n-', 'text /1 y', 'text  z'],
      0,
    ],
    [
      'preamble and epilogue',
      lines('pre', '', '--b', '', 'x', '--b--', 'post', ''),
      ['text  pre\r\n', 'text /0 x', 'text  post\r\n'],
      0,
    ],
    ['a part behind the closing delimiter', lines('--b--', 'e', '--b', '', 'x', '--b--'), ['text  e', 'text /0 x'], 0],
    ['no closing delimiter', lines('--b', '', 'x', ''), ['text /0 x\r\n'], 1],
    [
      'headers without end',
      lines('--b', 'Content-Type: text/x', 'X: 1'),
      ['string /0/content-type text/x', 'key /0 X', 'string /0/x 1'],
      1,
    ],
    ['a part of a delimiter alone', lines('--b', '--b', '', 'x', '--b--'), ['text /1 x'], 0],
    ['no boundary at all', lines('--b', '', 'x'), ['text  --b\r\n\r\nx'], 1],
    ['a line that is no header', lines('--b', 'what is this', '', 'x', '--b--'), ['text /0 what is this', 'text /0 x'], 0],
    ['nothing', '', [], 1],
  ])('%s', (name, document, fields, malformed) => {
    const recording = read(document, ...(name.startsWith('no boundary') ? [] : ['b']))
    expect(outline(recording)).toEqual(fields)
    expect(recording.malformed).toBe(malformed)
  })

  test('names around the value: those of the part, then those of the document in it', () => {
    const document = lines(
      '--b',
      'Content-Disposition: form-data; name="customer"',
      'Content-Type: application/json',
      '',
      '{"ssn":"1","a":[2]}',
      '--b--',
    )
    const { fields } = read(document, 'b')
    expect(fields.slice(3).map(({ kind, key, keys, path }) => [kind, key, keys.join(), path])).toEqual([
      ['key', 'customer', 'customer', '/customer'],
      ['string', 'ssn', 'customer,ssn', '/customer/ssn'],
      ['key', 'customer', 'customer', '/customer'],
      ['number', 'a', 'customer,a', '/customer/a/0'],
    ])
  })

  test.each<[string, string[], string[]]>([
    ['JSON', ['Content-Type: application/json', '', '{"a":"\\u0041"}'], ['key  a', 'string /a A']],
    ['a form', ['Content-Type: application/x-www-form-urlencoded', '', 'a=%41'], ['key  a', 'string /a A']],
    ['CSV', ['Content-Type: text/csv', '', 'a,b', '1,"2"""'], ['key  a', 'key  b', 'string /0/a 1', 'string /0/b 2"']],
    [
      'quoted-printable',
      ['Content-Transfer-Encoding: Quoted-Printable', '', 'a=', '=41=3D=4 =', 'b=  ', 'c', '=zz'],
      ['text  aA==4 bc\r\n=zz'],
    ],
    [
      'quoted-printable, lines that end in LF alone',
      ['Content-Transfer-Encoding: quoted-printable', '', 'a=\nb= \nc'],
      ['text  abc'],
    ],
    ['base64', ['Content-Transfer-Encoding: base64', '', 'YWJj', 'ZGU=', 'Zg=='], ['text  abcdef']],
    ['base64 cut within a group', ['Content-Transfer-Encoding: base64', '', 'YWJjZG'], ['text  abcd']],
    [
      'JSON in base64',
      [
        'Content-Type: application/json',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('{"k":"v\\n","n":12}').toString('base64'),
      ],
      ['key  k', 'string /k v\n', 'key  n', 'number /n 12'],
    ],
    [
      'multipart in multipart',
      ['Content-Type: multipart/mixed; boundary="i n"', '', '--i n', '', 'x', '--i n--', ''],
      ['text /0 x', 'text  '],
    ],
  ])('the content is read by its own type: %s', (_name, part, fields) => {
    const recording = read(lines('--b', ...part, '--b--'), 'b')
    const content = recording.fields.filter((field) => !/^\/0\/content-/.test(field.path))
    expect(content.map((field) => `${field.kind} ${field.path.slice(2)} ${textOf(field)}`)).toEqual(
      fields.filter((field) => field !== 'text  '),
    )
  })

  test.each([
    ['quoted, with escapes', 'filename="a\\"b\\\\c\\d"', ['filename a"b\\c\\d']],
    ['percent triplets', 'filename="a%41%2"', ['filename aA%2']],
    ['bare', 'filename= a.txt ; x=1', ['filename a.txt', 'x 1']],
    ['extended (RFC 8187)', "filename*=UTF-8'en'%e2%82%ac%20r", ['filename € r']],
    ['in pieces (RFC 2231)', 'filename*0="41"; filename*1="11";x=y', ['filename 4111', 'x y']],
    ['in extended pieces', "filename*0*=utf-8''a%20; filename*1*=%41", ['filename a A']],
    ['an encoded word (RFC 2047)', 'filename="=?utf-8?B?YWJj?= =?UTF-8?q?d=65_f?= g"', ['filename abcde f g']],
    ['folded', 'x="a\r\n b"', ['x a b']],
    ['no value, and what stands behind a quote', 'flag; x="1"2', ['content-disposition flag', 'x 1', 'content-disposition 2']],
    ['an open quote', 'filename="ab;c', ['filename ab;c']],
    ['a boundary is structure', 'boundary="4111"; x=1', ['x 1']],
  ])('parameters: %s', (_name, parameters, expected) => {
    const { fields } = read(lines('--b', `Content-Disposition: a; ${parameters}`, '', '', '--b--'), 'b')
    expect(fields.slice(1).map((field) => `${field.key} ${textOf(field)}`)).toEqual(expected)
  })

  test('every one of several boundaries divides', () => {
    const document = lines('--one', '', 'a', '--two', '', 'b', '--one--')
    expect(outline(read(document, 'two', 'one'))).toEqual(['text /0 a', 'text /1 b'])
    expect(outline(read(document, 'one'))).toEqual(['text /0 a\r\n--two\r\n\r\nb'])
  })

  test.each([
    ['as it is', [], (text: string) => text],
    ['in base64', ['Content-Transfer-Encoding: base64'], (text: string) => Buffer.from(text).toString('base64')],
    ['in quoted-printable', ['Content-Transfer-Encoding: quoted-printable'], (text: string) => text.replaceAll('1', '=31')],
  ])('the text of a page in a part is read across its tags, %s', (_name, headers, spell) => {
    const page = '<p class="note">one page of text, so long that it is cut: 4<b title="t">111</b>-1</p>'
    const document = lines('--b', 'Content-Type: text/html', ...headers, '', spell(page), '--b', '', 'x', '--b--')
    const recording = read(document, 'b')
    expect(outline(recording, 'flow')).toEqual(['text /0 one page of text, so long that it is cut: 4111-1'])
    expect(outline(recording)).toContainEqual(expect.stringMatching(/^string \/0\/.*title t$/))
  })

  test('a coded part that stands for nothing is one empty field, behind what has left', () => {
    const document = lines('--b', 'Content-Transfer-Encoding: base64', '', '!!!!!!!!', '!!!!', '--b--')
    const field = read(document, 'b').fields.at(-1)!
    expect([textOf(field), field.start, field.end]).toEqual(['', document.length - 7, document.length - 7])
  })

  test('binary content is passed over and counted', () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d494844520000', 'hex')
    const document = Buffer.concat([
      bytesOf(lines('--b', 'Content-Disposition: form-data; name="f"; filename="a.png"', 'Content-Type: image/png', '', '')),
      png,
      bytesOf(lines('', '--b', 'Content-Type: image/png', '', 'no picture', '--b--')),
    ])
    const recording = read(Uint8Array.from(document), 'b')
    expect(recording.passedOver).toEqual({ 'binary-type': png.length })
    expect(outline(recording).at(-1)).toBe('text /1 no picture')
  })

  test('a header line beyond 8 KiB is cut, and read to its end', () => {
    const document = bytesOf(lines('--b', `X: ${'a'.repeat(9000)} b`, '', 'x', '--b--'))
    for (const cuts of [[], [8000], [8192, 8200], [3, 9100]]) {
      const { fields, malformed } = record('multipart', document, cuts, 1, options('b'))
      expect(fields.slice(1, -1).map(textOf).join('')).toBe(`${'a'.repeat(9000)} b`)
      expect([textOf(fields.at(-1)!), malformed]).toEqual(['x', 1])
    }
  })

  test('cut short anywhere: what was there is read, or kept as structure', () => {
    const source = bytesOf(
      lines(
        'p',
        '--b',
        'Content-Disposition: form-data; name="n"; filename="f"',
        'Content-Type: application/json',
        '',
        '{"a":"b"}',
        '--b--',
        'e',
      ),
    )
    for (let end = 0; end <= source.length; end++) {
      const cut = source.subarray(0, end)
      const recording = record('multipart', cut, [], 1024, options('b'))
      const inFields = recording.fields.reduce((sum, field) => sum + field.end - field.start, 0)
      expect(inFields + between(cut, recording).length).toBe(end)
      expect(between(cut, recording)).toMatch(/^[\r\n]*(Content-Disposition|Content-Type|name|filename|[:;= "{}\r\n]|--b(--)?)*$/)
    }
  })
})

describe('busboy as the oracle', () => {
  interface Part {
    readonly name: string
    readonly value: string
    readonly file: boolean
  }
  const value = fc.string({ unit: fc.constantFrom('a', '\r', '\n', '-', '-', 'b', '=', 'é', ' ', '4'), maxLength: 90 })
  const parts = fc.array(
    fc.record({
      name: fc.string({ unit: fc.constantFrom('a', 'é', ' ', '%', 'x'), minLength: 1, maxLength: 6 }),
      value,
      file: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  )

  /** As browsers write it (WHATWG HTML, multipart/form-data encoding algorithm). */
  function write(all: readonly Part[]): Uint8Array {
    const body = all.flatMap(({ name, value, file }) => [
      '--bound',
      `Content-Disposition: form-data; name="${name}"${file ? '; filename="f.txt"' : ''}`,
      ...(file ? ['Content-Type: text/plain'] : []),
      '',
      value,
    ])
    return bytesOf(lines(...body, '--bound--', ''))
  }

  async function parse(body: Uint8Array): Promise<Part[]> {
    const found: Part[] = []
    await new Promise((resolve, reject) => {
      const parser = busboy({ headers: { 'content-type': 'multipart/form-data; boundary=bound' }, defParamCharset: 'utf8' })
      parser.on('field', (name, value) => found.push({ name, value, file: false }))
      parser.on('file', (name, stream) => {
        const chunks: Buffer[] = []
        const part = { name, value: '', file: true }
        found.push(part)
        stream.on('data', (chunk) => chunks.push(chunk))
        stream.on('end', () => Object.assign(part, { value: Buffer.concat(chunks).toString() }))
      })
      parser.on('close', resolve)
      parser.on('error', reject)
      Readable.from([Buffer.from(body)]).pipe(parser)
    })
    return found
  }

  /** Values of the parts: what is no header's. */
  const contents = (fields: readonly RecordedField[]) =>
    fields.filter((field) => !/^\/\d+(\/(content-.*|filename))?$/.test(field.path))

  test('the same values of anything a browser could write', async () => {
    await fc.assert(
      fc.asyncProperty(parts, async (all) => {
        const source = write(all)
        const { fields, malformed } = recordEveryCut('multipart', source, 1024, options('bound'))
        expect(contents(fields).map(textOf)).toEqual(
          (await parse(source)).map((part) => part.value).filter((value) => value !== ''),
        )
        expect(malformed).toBe(0)
      }),
      { seed: 41, numRuns: 150 },
    )
  })

  test('a value edited in place: every other part is read as before', async () => {
    await fc.assert(
      fc.asyncProperty(parts, fc.nat(), async (all, which) => {
        const source = write(all)
        const fields = contents(record('multipart', source, [], 1024, options('bound')).fields)
        fc.pre(fields.length > 0)
        const at = which % fields.length
        const parsed = await parse(source)
        const part = parsed.filter(({ value }) => value !== '')[at]
        const edited = Buffer.concat([
          source.subarray(0, fields[at].start),
          fields[at].writer().encode(bytesOf('[redacted:EMAIL]'), 'string'),
          source.subarray(fields[at].end),
        ])
        const expected = parsed.map((one) => (one === part ? { ...one, value: '[redacted:EMAIL]' } : one))
        expect(await parse(edited)).toEqual(expected)
      }),
      { seed: 42, numRuns: 150 },
    )
  })
})
