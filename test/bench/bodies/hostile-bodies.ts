/** One body that somebody made to be slow to read, about `bytes` long, with a card number at its end. */
export interface HostileBody {
  readonly name: string
  readonly type: string
  readonly body: Buffer
  /** The card number is found; false where the body is too deep, or not closed, by then. */
  readonly found: boolean
}

const CARD = '4111 1111 1111 1111'
const MULTIPART = 'multipart/form-data; boundary=edge'

/** `text` over and over. */
function fill(text: string, bytes: number): string {
  return text.repeat(Math.max(1, Math.floor(bytes / text.length)))
}

const base64 = (text: string) => Buffer.from(text).toString('base64')
const percent = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const references = (text: string) => [...text].map((c) => `&#${c.codePointAt(0)};`).join('')
const escaped = (text: string) => [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
const json = (text: string) => JSON.stringify(text)
const WORDS = 'the harbor lamp at the willow door, 17 of them, and nobody came '

/** What a format puts around texts, and how it spells them. */
interface Dress {
  readonly type: string
  /** Fields of these values; the last one holds the card. */
  fields(values: Iterable<string>): string
  spell(text: string): string
}

const DRESSES: Readonly<Record<string, Dress>> = {
  json: {
    type: 'application/json',
    fields: (values) => `{"a":[${[...values].map((value) => `{"b":"${value}"}`).join()}]}`,
    spell: escaped,
  },
  form: {
    type: 'application/x-www-form-urlencoded',
    fields: (values) => [...values].map((value) => `b=${value}`).join('&'),
    spell: percent,
  },
  multipart: {
    type: MULTIPART,
    fields: (values) =>
      `${[...values].map((value) => `--edge\r\ncontent-disposition: form-data; name="b"\r\n\r\n${value}\r\n`).join('')}--edge--\r\n`,
    spell: (text) => text,
  },
  html: {
    type: 'text/html',
    fields: (values) => `<!doctype html><body>${[...values].map((value) => `<p>${value}</p>`).join('')}</body>`,
    spell: references,
  },
  xml: {
    type: 'application/xml',
    fields: (values) => `<?xml version="1.0"?><r>${[...values].map((value) => `<b>${value}</b>`).join('')}</r>`,
    spell: references,
  },
  csv: {
    type: 'text/csv',
    fields: (values) => `a,b\n${[...values].map((value) => `1,"${value}"\n`).join('')}`,
    spell: (text) => text,
  },
  text: { type: 'text/plain', fields: (values) => `${[...values].join('\n')}\n`, spell: (text) => text },
}

function* repeated(value: string, bytes: number): Iterable<string> {
  const count = Math.max(1, Math.floor(bytes / (value.length + 8)))
  for (let i = 0; i < count; i++) yield value
  yield `card ${CARD}`
}

/** What each format is given: one giant field, tiny ones, floods, three encodings on one another. */
const FIELDS: Readonly<Record<string, (dress: Dress, bytes: number) => Iterable<string>>> = {
  'one giant field': (_, bytes) => [`${fill(WORDS, bytes)} ${CARD}`],
  'tiny fields': (_, bytes) => repeated('x', bytes),
  'empty fields': (_, bytes) => repeated('', bytes),
  'tiny numbers': (_, bytes) => repeated('7', bytes),
  'escapes of the format': ({ spell }, bytes) => [`${fill(spell(WORDS), bytes)} ${CARD}`],
  'escaped tiny fields': ({ spell }, bytes) => repeated(spell('a1'), bytes),
  'percent triplets': (_, bytes) => [`${fill('%61%31', bytes)} ${CARD}`],
  references: (_, bytes) => [`${fill('&amp;&#49;', bytes)} ${CARD}`],
  'three encodings': ({ spell }, bytes) => repeated(spell(base64(percent(base64('willow lamp and copper harbor')))), bytes),
  'three encodings of a card': ({ spell }, bytes) => repeated(spell(base64(percent(base64(`card ${CARD} `)))), bytes),
  base64: (_, bytes) => repeated(base64(WORDS), bytes),
  'base64, long': (_, bytes) => [fill(base64(fill(WORDS, 3000)), bytes), CARD],
  hexadecimal: (_, bytes) => repeated(Buffer.from(WORDS).toString('hex'), bytes),
  'look-alikes': (_, bytes) => repeated('４１１１１１１１', bytes),
  'unseen characters': (_, bytes) => repeated('4\u200b1\u00ad1\u200b', bytes),
  digits: (_, bytes) => [`${fill('3000 ', bytes)}x ${CARD}`],
  'long digits': (_, bytes) => [`${fill('4111', bytes)} ${CARD}`],
  'near misses': (_, bytes) => [`${fill('4111 1111 1111 1112, ', bytes)} ${CARD}`],
  tokens: (_, bytes) => [`${fill('eyJ-', bytes)} ${CARD}`],
  'key blocks': (_, bytes) => [`${fill('-----BEGIN ', bytes)} ${CARD}`],
  addresses: (_, bytes) => [`${fill('a@a.a@', bytes)} ${CARD}`],
  values: (_, bytes) => repeated('ann.lee@mail.example', bytes),
  documents: ({ spell }, bytes) => repeated(spell('{"a":[1,"b"]}'), bytes),
  'fragments of pages': ({ spell }, bytes) => repeated(spell('a <b>c</b> d'), bytes),
}

/** What only one format can be given. */
function own(bytes: number): HostileBody[] {
  const of = (name: string, type: string, body: string, found = true) => ({ name, type, body: Buffer.from(body), found })
  const JSON_TYPE = 'application/json'
  const deep = 1000
  const level = (open: string, close: string) => `${open.repeat(deep)}${close.repeat(deep)}`
  const rows = (row: string) => fill(row, bytes)
  const html = (body: string) => `<!doctype html><body>${body}<p>${CARD}</p></body>`
  const xml = (body: string, head = '') => `<?xml version="1.0"?>${head}<r>${body}<b>${CARD}</b></r>`
  return [
    of('json: arrays to the limit', JSON_TYPE, `[${rows(`${level('[', ']')},`)}"${CARD}"]`),
    of('json: objects to the limit', JSON_TYPE, `[${rows(`${'{"a":'.repeat(deep)}1${'}'.repeat(deep)},`)}"${CARD}"]`),
    of('json: deeper than the limit', JSON_TYPE, `${rows('[')}"${CARD}"`),
    of('json: numbers', JSON_TYPE, `[${rows('1,')}"${CARD}"]`),
    of('json: fractions', JSON_TYPE, `[${rows('1.5e3,')}"${CARD}"]`),
    of('json: pairs', JSON_TYPE, `[${rows('["a",1],')}"${CARD}"]`),
    of('json: lists', JSON_TYPE, `[${rows('["4111","1111"],')}"${CARD}"]`),
    of('json: lists of nearly a card', JSON_TYPE, `[${rows('["4111","1111","1111","1112"],')}"${CARD}"]`),
    of('json: names', JSON_TYPE, `{${rows('"password_card_ssn":"",')}"a":"${CARD}"}`),
    of('json: one long name', JSON_TYPE, `{"${rows('a')}":"${CARD}"}`),
    of('json: escaped quotes', JSON_TYPE, `["${rows('\\"')}","${CARD}"]`),
    of('json: halves of pairs', JSON_TYPE, `["${rows('\\ud83d')}","${CARD}"]`),
    of('json: strings of JSON', JSON_TYPE, `[${rows(`${json(json('["a",1]'))},`)}"${CARD}"]`),
    of('json: fragments', JSON_TYPE, `[${rows('"a <i>b",')}"${CARD}"]`),
    of('html: fragments in attributes', 'text/html', html(rows('<a b="a <i>b">'))),
    of('xml: fragments', 'application/xml', xml(rows('<a>a &lt;i>b</a>'))),
    of('json: broken at once', JSON_TYPE, `[}${rows('"a":"b",')}"${CARD}"`),
    of('ndjson: short lines', 'application/x-ndjson', `${rows('{"a":1}\n')}{"a":"${CARD}"}\n`),
    of('form: separators', 'application/x-www-form-urlencoded', `${rows('&')}a=${CARD}`),
    of('form: percents', 'application/x-www-form-urlencoded', `a=${rows('%')}&a=${CARD}`),
    of('form: plus signs', 'application/x-www-form-urlencoded', `a=${rows('+')}&a=${CARD}`),
    of('form: twice encoded', 'application/x-www-form-urlencoded', `a=${rows('%2531')}&a=${CARD}`),
    of('form: numbered names', 'application/x-www-form-urlencoded', `${rows('n1=41&')}a=${CARD}`),
    of('multipart: look-alikes', MULTIPART, `--edge\r\n\r\n${rows('\r\n--edgX')} ${CARD}\r\n--edge--\r\n`),
    of('multipart: dashes', MULTIPART, `--edge\r\n\r\n${rows('\r\n-')}${CARD}\r\n--edge--\r\n`),
    of('multipart: line ends', MULTIPART, `--edge\r\n\r\n${rows('\r\n')}${CARD}\r\n--edge--\r\n`),
    of('multipart: empty parts', MULTIPART, `${rows('--edge\r\n\r\n\r\n')}--edge\r\n\r\n${CARD}\r\n--edge--\r\n`),
    of('multipart: headers', MULTIPART, `--edge\r\n${rows('x-a: b\r\n')}\r\n${CARD}\r\n--edge--\r\n`),
    of(
      'multipart: quoted-printable',
      MULTIPART,
      `--edge\r\ncontent-transfer-encoding: quoted-printable\r\n\r\n${rows('=61=\r\n')} ${CARD}\r\n--edge--\r\n`,
    ),
    of(
      'multipart: base64',
      MULTIPART,
      `--edge\r\ncontent-transfer-encoding: base64\r\n\r\n${base64(`${rows('willow lamp ')}${CARD}`)}\r\n--edge--\r\n`,
    ),
    of('html: deep', 'text/html', html(rows('<div>'))),
    of('html: tags', 'text/html', html(rows('<b></b>'))),
    of('html: a letter a tag', 'text/html', html(rows('<b>4</b>'))),
    of('html: signs', 'text/html', html(rows('<'))),
    of('html: ampersands', 'text/html', html(rows('&'))),
    of('html: comments', 'text/html', html(rows('<!---->'))),
    of('html: attributes', 'text/html', html(`<a ${rows('a=b ')}>`)),
    of('html: script', 'text/html', html(`<script>${rows('</scrip')}</script>`)),
    of('html: end tags', 'text/html', html(rows('</b>'))),
    of('xml: deep', 'application/xml', xml(rows(`${'<a>'.repeat(deep)}${'</a>'.repeat(deep)}`))),
    of('xml: CDATA', 'application/xml', xml(rows('<![CDATA[4]]>'))),
    of('xml: entities', 'application/xml', xml(rows('&e;'), '<!DOCTYPE r [<!ENTITY e "lamp">]>')),
    of(
      'xml: entities of entities',
      'application/xml',
      xml(rows('&c;'), '<!DOCTYPE r [<!ENTITY a "lamp"><!ENTITY b "&a;&a;"><!ENTITY c "&b;&b;">]>'),
      false,
    ),
    of('csv: commas', 'text/csv', `a,b\n${rows(',')}\n${CARD}\n`),
    of('csv: quotes', 'text/csv', `a,b\n"${rows('""')}",${CARD}\n`),
    of('csv: lines', 'text/csv', `a,b\n${rows('1,2\n')}3,${CARD}\n`),
    of('text: NULs', 'text/plain', `${rows('\0')} ${CARD}`),
    of('text: backslashes', 'text/plain', `${rows('\\')} ${CARD}`),
  ]
}

export function hostileBodies(bytes: number): HostileBody[] {
  const bodies = own(bytes)
  for (const [format, dress] of Object.entries(DRESSES)) {
    for (const [name, values] of Object.entries(FIELDS)) {
      const body = Buffer.from(dress.fields(values(dress, bytes)))
      bodies.push({ name: `${format}: ${name}`, type: dress.type, body, found: true })
    }
  }
  return bodies
}
