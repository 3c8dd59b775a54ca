import fc from 'fast-check'
import { parse, serialize } from 'parse5'
import { SaxesParser } from 'saxes'
import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/pipeline/inspector.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { Random } from '../support/random.ts'
import { inspectBody } from './inspect-body.ts'

const CARD = '4111111111111111'
const REDACT: Policy = { mode: 'enforce', request: { 'payment/credit-card': 'redact' } }
const MARK = '[redacted:CREDIT_CARD]'
const MARK_IN_FORM = encodeURIComponent(MARK)

function scrub(reading: Reading, text: string, policy = REDACT): string {
  return Buffer.from(inspectBody(new TextEncoder().encode(text), reading, undefined, policy).output).toString()
}

describe('only the value is edited, in the spelling of its place', () => {
  test.each<[string, Reading, string, string]>([
    ['text', 'html', `<p>${CARD}</p>`, `<p>${MARK}</p>`],
    ['across tags', 'html', '<p>4111<b>1111</b>1111<i>1111</i>!', `<p>${MARK}<b></b><i></i>!`],
    [
      'across tags with the value in one of them',
      'html',
      `4111<b title=${CARD}>1111</b>11111111`,
      `${MARK}<b title=${MARK}></b>`,
    ],
    ['across comments and line breaks that may be', 'html', '4111<!-- a > b -->1111<wbr>11111111', `${MARK}<!-- a > b --><wbr>`],
    ['across end tags of nothing', 'html', '<p>4111</div>1111</td>11111111', `<p>${MARK}</div></td>`],
    ['blocks are not joined', 'html', '<p>41111111</p><p>11111111</p>', '<p>41111111</p><p>11111111</p>'],
    ['a text beside another', 'html', `<b>${CARD}</b><i>USD</i>`, `<b>${MARK}</b><i>USD</i>`],
    ['references', 'html', '<p>&#52;111&#x31;11111111111', `<p>${MARK}`],
    ['values', 'html', `<a b="${CARD}" c='${CARD}' d=${CARD}>`, `<a b="${MARK}" c='${MARK}' d=${MARK}>`],
    ['a comment', 'html', `<!-- ${CARD} -->`, `<!-- ${MARK} -->`],
    ['a script', 'html', `<script>a("${CARD}")</script>`, `<script>a("${MARK}")</script>`],
    [
      'JSON in a script',
      'html',
      `<script type=application/json>{"n":${CARD}}</script>`,
      `<script type=application/json>{"n":"${MARK}"}</script>`,
    ],
    [
      'a document in an attribute',
      'html',
      `<iframe srcdoc="&lt;b>4111&lt;/b>111111111111">`,
      `<iframe srcdoc="&lt;b>${MARK}&lt;/b>">`,
    ],
    ['a document in a string', 'json', `{"a":"<p>4111<b>1111</b>11111111"}`, `{"a":"<p>${MARK}<b></b>"}`],
    ['a document in text', 'text', `<p>4111<b>1111</b>11111111`, `<p>${MARK}<b></b>`],
    ['tags in a string', 'json', `{"a":"card 4111<b>1111</b>11111111 <br>"}`, `{"a":"card ${MARK}<b></b> <br>"}`],
    ['escaped ones', 'json', '{"a":"4111\\u003cwbr\\u003e111111111111"}', `{"a":"${MARK}\\u003cwbr\\u003e"}`],
    ['tags in a field of a form', 'form', 'a=card+4111%3Cb%3E1111%3C/b%3E11111111', `a=card+${MARK_IN_FORM}%3Cb%3E%3C/b%3E`],
    ['tags in a cell', 'csv', 'a,b\n1,4111<b>111111111111\n', `a,b\n1,${MARK}<b>\n`],
    ['tags in an attribute', 'html', '<p title="card 4111<b>1111</b>11111111">', `<p title="card ${MARK}<b></b>">`],
    ['where nothing else shows', 'html', '<p title="a 4111<i>1111</i>11111111">', `<p title="a ${MARK}<i></i>">`],
    ['in a CDATA section, likewise', 'xml', '<a><![CDATA[a 4111<b>111111111111]]></a>', `<a><![CDATA[a ${MARK}<b>]]></a>`],
    ['in an element, escaped', 'xml', '<a>card 4111&lt;b>111111111111</a>', `<a>card ${MARK}&lt;b></a>`],
    ['twice', 'xml', '<a>card 4111&amp;lt;b>111111111111</a>', `<a>card ${MARK}&amp;lt;b></a>`],
    ['in a CDATA section', 'xml', '<a><![CDATA[card 4111<b>1111</b>11111111]]></a>', `<a><![CDATA[card ${MARK}<b></b>]]></a>`],
    [
      'a sign that begins no tag',
      'xml',
      '<a b="< 4"><![CDATA[< 4111<1111]]>&lt; 4</a>',
      '<a b="< 4"><![CDATA[< 4111<1111]]>&lt; 4</a>',
    ],
    [
      'neither an address nor a comparison is a tag',
      'json',
      '{"a":"4111<ada@example.com>1111, 1111<1111 > 4111"}',
      '{"a":"4111<ada@example.com>1111, 1111<1111 > 4111"}',
    ],
    ['a tag far behind', 'json', `{"a":"${'41 '.repeat(4000)}4111<b>111111111111"}`, `{"a":"${'41 '.repeat(4000)}${MARK}<b>"}`],
    ['text of XML', 'xml', `<a>${CARD}</a>`, `<a>${MARK}</a>`],
    [
      'a CDATA section, divided',
      'xml',
      '<a><![CDATA[41111111]]><![CDATA[11111111]]></a>',
      `<a><![CDATA[${MARK}]]><![CDATA[]]></a>`,
    ],
    ['an instruction inside', 'xml', '<a>41111111<?x y?>11111111</a>', `<a>${MARK}<?x y?></a>`],
    [
      'cells of other names are not joined',
      'xml',
      '<r><c>41111111</c><d>11111111</d></r>',
      '<r><c>41111111</c><d>11111111</d></r>',
    ],
    [
      'cells of one name are, where they are one value',
      'xml',
      '<r><c>41111111</c><c>11111111</c></r>',
      `<r><c>${MARK}</c><c></c></r>`,
    ],
    [
      'and not where they are more',
      'xml',
      '<r><c>41111111</c><c>11111111</c><c>2</c></r>',
      '<r><c>41111111</c><c>11111111</c><c>2</c></r>',
    ],
    [
      'entities that are put together',
      'xml',
      '<!DOCTYPE a [<!ENTITY a "41111111"><!ENTITY b "1111&#49;111"><!ENTITY c "harmless">]><a>&a;&b; &c;</a>',
      `<!DOCTYPE a [<!ENTITY a ""><!ENTITY b ""><!ENTITY c "harmless">]><a>${MARK} &c;</a>`,
    ],
    [
      'divided by an entity that stands for nothing',
      'xml',
      '<!DOCTYPE a [<!ENTITY e "">]><a>4111&e;1111&e;11111111</a>',
      `<!DOCTYPE a [<!ENTITY e "">]><a>${MARK}</a>`,
    ],
    ['a name', 'xml', `<v${CARD}/>`, `<v${CARD}/>`],
  ])('%s', (_name, reading, before, after) => {
    expect(scrub(reading, before)).toBe(after)
    expect(scrub(reading, after)).toBe(after)
  })

  test('a field that is dropped leaves an empty value', () => {
    const drop: Policy = { mode: 'enforce', request: { 'payment/credit-card': 'drop' } }
    expect(scrub('html', `<a b="${CARD}" d=${CARD} e>`, drop)).toBe('<a b="" d="" e>')
    expect(scrub('xml', `<a>${CARD}</a><b>4111<!-- -->111111111111</b>`, drop)).toBe(`<a></a><b>${MARK}<!-- --></b>`)
  })

  test('a key names its value in an attribute and in an element', () => {
    const secrets: Policy = { mode: 'enforce', request: { 'credentials/generic-password': 'redact' } }
    expect(scrub('html', '<input name="password" value="hunter2!z">', secrets)).toBe(
      '<input name="password" value="[redacted:GENERIC_PASSWORD]">',
    )
    expect(scrub('xml', '<password>hunter2!z</password><add key="db_password" value="pa55-w0rd"/>', secrets)).toBe(
      '<password>[redacted:GENERIC_PASSWORD]</password><add key="db_password" value="[redacted:GENERIC_PASSWORD]"/>',
    )
  })
})

/** A document as such, or as the text of a field. */
function bodyOf(reading: Reading, document: string): string {
  if (reading === 'json') return JSON.stringify({ a: `see ${document}` })
  return reading === 'form' ? `a=see+${encodeURIComponent(document)}` : document
}

/** What documents are made of. */
const PIECES =
  '<p> </p> <b> </b> <!-- --> -- <br/> <a¤href=" "> <input¤value=" "¤name="password"> <svg> </svg> <![CDATA[ ]]> ] <script> </script> <textarea> </textarea> <title> < </ & &amp; &#52; &#x34 4111 1111 4111111111111111 ada@ example.com hunter2!z <?x ?> <!DOCTYPE¤a¤[ <!ENTITY¤a¤"41111111"> ]> &a; <password> </password> = " \' {"a": } &lt;p&gt; ¤srcdoc=" ¤ \n'
    .split(' ')
    .map((piece) => piece.replaceAll('¤', ' '))

test('documents in pieces: the same for every cut, and nothing to do a second time', () => {
  const random = new Random(34)
  for (let run = 0; run < 250; run++) {
    const document = Array.from({ length: random.int(1, 14) }, () => random.pick(PIECES)).join('')
    for (const reading of ['html', 'xml', 'text', 'json', 'form'] as const) {
      const body = new TextEncoder().encode(bodyOf(reading, document))
      const all = { mode: 'enforce', request: { '*': 'redact' } } as const
      const whole = inspectBody(body, reading, undefined, all)
      for (const windows of [random.cut(body, 3), Array.from(body, (byte) => Uint8Array.of(byte))]) {
        const cut = inspectBody(body, reading, windows, all)
        expect([document, Buffer.from(cut.output).toString(), cut.findings]).toEqual([
          document,
          Buffer.from(whole.output).toString(),
          whole.findings,
        ])
      }
      const again = inspectBody(whole.output, reading, undefined, all).output
      expect([document, Buffer.from(again).toString()]).toEqual([document, Buffer.from(whole.output).toString()])
    }
  }
})

test('fragments in the fields of one body leave as each does alone', () => {
  const random = new Random(35)
  let edited = 0
  for (let run = 0; run < 400; run++) {
    const fragments = Array.from({ length: random.int(2, 6) }, () =>
      Array.from({ length: random.int(1, 8) }, () => random.pick(PIECES)).join(''),
    )
    const members = fragments.map((fragment, i) => [`m${'abcdef'[i]}`, fragment] as const)
    const all = { mode: 'enforce', request: { '*': 'redact' } } as const
    const together = JSON.parse(scrub('json', JSON.stringify(Object.fromEntries(members)), all))
    for (const [name, fragment] of members) {
      const alone = JSON.parse(scrub('json', JSON.stringify({ [name]: fragment }), all))
      expect([fragment, together[name]]).toEqual([fragment, alone[name]])
      if (alone[name] !== fragment) edited++
    }
    const attributes = (some: readonly string[]) => some.map((fragment) => `<p title="${fragment.replace(/"/g, '')}">x</p>`)
    expect(scrub('html', attributes(fragments).join(''), all)).toBe(
      attributes(fragments)
        .map((one) => scrub('html', one, all))
        .join(''),
    )
  }
  expect(edited).toBeGreaterThan(100)
})

describe('an independent parser reads the same tree outside of what was edited', () => {
  const piece = fc.constantFrom(
    '<p>',
    '</p>',
    '<b class="x">',
    '</b>',
    '<table><td>',
    '</table>',
    '<!-- c -->',
    'text ',
    '&amp;',
    '<br/>',
    '<a href="?a&b=c">',
    '<svg><path d="1"/>',
    '</svg>',
    '<![CDATA[x]]>',
    '<li>',
    '<script>a<b</script>',
    '<textarea>',
    '</textarea>',
    '\n',
    '< ',
    '</',
    '<i',
  )
  test('HTML', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat({ max: 12 }), (pieces, at) => {
        const place = Math.min(at, pieces.length)
        const document = [...pieces.slice(0, place), ` ${CARD} `, ...pieces.slice(place)].join('')
        const edited = scrub('html', document)
        expect(edited).not.toContain(CARD)
        // A name can only be edited to a name.
        const tree = serialize(parse(edited))
          .replaceAll(MARK, CARD)
          .replace(/redacted_credit_card_/gi, CARD)
        expect(tree).toBe(serialize(parse(document)))
      }),
      { seed: 31, numRuns: 1500 },
    )
  })

  const node: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(
        'text',
        '&lt;',
        '&#65;',
        '<!-- c -->',
        '<?p i?>',
        '<![CDATA[<x>]]>',
        ` ${CARD} `,
        '<e/>',
        `<f a="${CARD}" b='&quot;'/>`,
      ),
      fc.array(tie('node'), { maxLength: 4 }).map((children) => `<n:g xmlns:n="u">${children.join('')}</n:g>`),
    ),
  })).node
  test('XML', () => {
    fc.assert(
      fc.property(fc.array(node, { maxLength: 4 }), (nodes) => {
        const document = `<?xml version="1.0"?>\n<r>${nodes.join('')}</r>`
        const edited = scrub('xml', document)
        expect(edited).not.toContain(CARD)
        expect(events(edited)).toEqual(events(document).map((event) => event.replaceAll(CARD, MARK)))
      }),
      { seed: 32, numRuns: 1500 },
    )
  })
})

function events(document: string): string[] {
  const seen: string[] = []
  const parser = new SaxesParser({ xmlns: true })
  parser.on('error', (error) => {
    throw error
  })
  parser.on('text', (text) => void seen.push(`text ${text}`))
  parser.on('cdata', (text) => void seen.push(`cdata ${text}`))
  parser.on('comment', (text) => void seen.push(`comment ${text}`))
  parser.on('processinginstruction', ({ target, body }) => void seen.push(`instruction ${target} ${body}`))
  parser.on(
    'opentag',
    ({ name, attributes }) =>
      void seen.push(`open ${name} ${JSON.stringify(Object.values(attributes).map((one) => [one.name, one.value]))}`),
  )
  parser.on('closetag', ({ name }) => void seen.push(`close ${name}`))
  parser.write(document).close()
  return seen
}
