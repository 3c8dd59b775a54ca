import { type DefaultTreeAdapterMap, parse } from 'parse5'
import { SaxesParser } from 'saxes'
import { textOf } from '../../formats/record.ts'
import { holds, type Target } from '../target.ts'
import { readerTarget } from './reader.ts'

const shared = [
  '<',
  '>',
  '</',
  '/>',
  '<!--',
  '-->',
  '--!>',
  '<!',
  '<?',
  '?>',
  '<a',
  '<a b="',
  '"',
  "'",
  '=',
  '&',
  '&amp;',
  '&#65;',
  '&#x42;',
  '&lt',
  ';',
  '&#',
  '<![CDATA[',
  ']]>',
  ']',
  ' ',
  '\n',
  'x',
  '<b>',
  '</b>',
  '/',
  '\0',
  'é',
]

const PLAIN_TAGS = /^<\/?(?:a|b|i|p|br|wbr|div|li|ul|script|style|textarea|title|xmp|input)$/i

export const html: Target = readerTarget({
  name: 'html',
  about: 'HTML: tags, attributes, raw text, references, foreign content; text across tags; parse5 beside it',
  seeds: [
    '<p>a<b>c</b></p>',
    '<ul>\n <li>x\n</ul>',
    '41<i>1</i>1<!-- x -->1<wbr>1',
    `<a HREF="x&amp;y" title='"' id=z>`,
    '&lt;&#65;&#x42;&notit;&nosuch;&amp &#128;&#0;',
    '<script>a<b&amp;</script>x',
    '<script><!--<script></script>--></script>x',
    '<title>&lt;b></title><textarea name=q><b></textarea>',
    '<!--a--!><!b><?c?></ d><!-->x',
    '<svg><![CDATA[<a>]]></svg><![CDATA[b]]>',
    '<table><tr><td>c<td>d<tr><td>e',
    '<input type=hidden name="ssn" value="1">',
    '<plaintext></plaintext>',
    'a < b & c </',
    '<math><annotation-xml encoding="text/html"><p>x',
    '<style>a&lt;</style><xmp><b></xmp>',
    '<!DOCTYPE html SYSTEM "x">',
  ],
  words: [
    ...shared,
    '<script>',
    '</script>',
    '<style>',
    '</style',
    '<textarea>',
    '</textarea>',
    '<title>',
    '</title>',
    '<svg>',
    '</svg>',
    '<math>',
    '<table>',
    '<td>',
    '<p>',
    '</p>',
    '<li>',
    '<br>',
    '<xmp>',
    '<plaintext>',
    '<iframe srcdoc="',
    '<input name=n value=',
    '&nbsp;',
    '&notin',
    '&copy=',
    '<!DOCTYPE html>',
    '<template>',
    '<noscript>',
  ],
  open: (random) => ({ kind: 'html', maxDepth: random.pick([2, 1024, 1024]) }),
  oracle(input, { fields, flow, depthLimitAt }) {
    // A quarter of the inputs: parse5 builds a tree.
    if ((input.length & 3) !== 0 || depthLimitAt >= 0 || input.some((byte) => byte >= 0x80 || byte === 0)) return
    // Elements that a tree puts elsewhere, or in which it knows no others, are not a reader's concern.
    const names =
      Buffer.from(input)
        .toString('latin1')
        .match(/<\/?[a-z][^\s/>]*/gi) ?? []
    if (!names.every((name) => PLAIN_TAGS.test(name))) return
    // Text that stands on both sides of a tag is one in the tree.
    const joined = `${fields.map(textOf).join('')}\n${flow.map(textOf).join('')}`
    for (const text of textsOf(parse(Buffer.from(input).toString('latin1'), { scriptingEnabled: false })))
      for (const word of text.match(/[a-z0-9]{3,}/gi) ?? []) holds(`word ${word} of parse5 is in no field`, joined.includes(word))
  },
  stable: () => false,
})

export const xml: Target = readerTarget({
  name: 'xml',
  about: 'XML: elements, attributes, CDATA, instructions, references, internal entities; saxes beside it',
  seeds: [
    '<a x="1"><b y=\'2\'>t</b><C/></a>',
    '<a>1<!-- c -->2<?p i?>3<![CDATA[4]]><![CDATA[5]]></a>',
    '<r>041-<i>87</i>-9<e/>030</r>',
    '<a>&lt;&#65;&#x42;&apos;&nbsp;&x;&amp</a>',
    '<!DOCTYPE a [<!-- <!ENTITY c "no"> --><!ENTITY c "<b>&d;</b>"><!ENTITY d \'&#52;1\'>]><a b="&d;">&c;&c</a>',
    '<?xml version="1.0"?><s:E xmlns:s="u"><p:Ref>1</p:Ref></s:E>',
    '<a><![CDATA[x]',
    '<!DOCTYPE a [<!ENTITY a "4111"><!ENTITY b "&a;&a;">]><a>&b;&b;</a>',
    '<html><p><span>1</span><span>2</span></p></html>',
  ],
  words: [
    ...shared,
    '<?xml version="1.0"?>',
    '<!DOCTYPE a [',
    '<!ENTITY a "',
    '<!ENTITY b "&a;&a;">',
    ']>',
    '&a;',
    '&b;',
    '<a>',
    '</a>',
    '<![CDATA[]]>',
    '<e/>',
    'xmlns:s="u"',
    '<!ELEMENT a ANY>',
    '<!ENTITY % p "',
    '%p;',
    'SYSTEM "x"',
  ],
  open: (random) => ({ kind: 'xml', maxDepth: random.pick([2, 1024, 1024]) }),
  oracle(input, { fields }) {
    if ((input.length & 3) !== 0) return
    let texts: string[]
    try {
      texts = saxesTexts(new TextDecoder('utf-8', { fatal: true }).decode(input))
    } catch {
      return
    }
    // In a document that saxes takes, what it has as text is in a field.
    const read = fields.map(textOf)
    for (const text of texts)
      if (text.trim() !== '')
        holds(
          `text ${JSON.stringify(text)} of saxes is in no field`,
          read.some((field) => field.includes(text)),
        )
  },
  stable: () => false,
})

function textsOf(node: DefaultTreeAdapterMap['node']): string[] {
  if ('value' in node) return [node.value]
  const own = 'attrs' in node ? node.attrs.map(({ value }) => value) : []
  const content = 'content' in node ? textsOf(node.content) : []
  return 'childNodes' in node ? [...own, ...content, ...node.childNodes.flatMap(textsOf)] : own
}

function saxesTexts(document: string): string[] {
  const texts: string[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('cdata', (text) => void texts.push(text))
  parser.on('opentag', ({ attributes }) => void texts.push(...Object.values(attributes as Record<string, string>)))
  parser.write(document).close()
  return texts
}
