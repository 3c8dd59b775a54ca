import { describe, expect, test } from 'vitest'
import { bytesOf, outline, record, recordEveryCut, textOf } from '../record.ts'

describe('HTML, each document at every cut', () => {
  test.each([
    ['text is named by its element', '<p>a<b>c</b></p>', ['text /p a', 'text /p/b c'], ['text  ac']],
    ['white space between tags is no field', '<ul>\n <li>x\n</ul>', ['text /ul/li x\n'], ['text  x\n']],
    [
      'blocks are lines of one text',
      'a<div>b</div> c<br>d',
      ['text  a', 'text /div b', 'text  c', 'text  d'],
      ['text  a\nb\nc\nd'],
    ],
    [
      'inline tags and comments join',
      '41<i>1</i>1<!-- x -->1<wbr>1',
      ['text  41', 'text /i 1', 'text  1', 'text   x ', 'text  1', 'text  1'],
      ['text  411111'],
    ],
    [
      'an end tag of nothing divides no text, but for those of paragraphs and headings',
      '<i>1</div>2</td>3</textarea>4</p>5</h2>6</i>7',
      [...'123456'].map((digit) => `text /i ${digit}`).concat('text  7'),
      ['text  1234\n5\n67'],
    ],
    [
      'values are named by their attribute',
      `<a HREF="x&amp;y" title='"' id=z>`,
      ['string /a/@href x&y', 'string /a/@title "', 'string /a/@id z'],
      [],
    ],
    [
      'references',
      '&lt;&#65;&#x42;&notit;&nosuch;&amp &#128;&#0;',
      ['text  <AB¬it;&nosuch;& €\ufffd'],
      ['text  <AB¬it;&nosuch;& €\ufffd'],
    ],
    ['a reference in a value keeps its neighbours', '<a b="?x&copy=1&copy;&copy">', ['string /a/@b ?x&copy=1©©'], []],
    ['a script is raw', '<script>a<b&amp;</script>x', ['text /script a<b&amp;', 'text  x'], ['text  x']],
    [
      'a script that speaks of scripts',
      '<script><!--<script></script>--></script>x',
      ['text /script <!--<script></script>-->', 'text  x'],
      ['text  x'],
    ],
    [
      'title and textarea know references only',
      '<title>&lt;b></title><textarea name=q><b></textarea>',
      ['string /title <b>', 'string /textarea/@name q', 'string /textarea <b>'],
      [],
    ],
    ['style, xmp, iframe, noembed, noframes', '<style>a&lt;</style><xmp><b></xmp>', ['text /style a&lt;', 'text /xmp <b>'], []],
    [
      'comments of every sort',
      '<!--a--!><!b><?c?></ d><!-->x',
      ['text  a', 'text  b', 'text  ?c?', 'text   d', 'text  ', 'text  x'],
      ['text  x'],
    ],
    ['a doctype', '<!DOCTYPE html SYSTEM "x">', ['text   html SYSTEM "x"'], []],
    [
      'CDATA in foreign content only',
      '<svg><![CDATA[<a>]]></svg><![CDATA[b]]>',
      ['text /svg <a>', 'text  [CDATA[b]]'],
      ['text  <a>'],
    ],
    [
      'end tags that may be left out',
      '<ul><li><p>a<li>b</ul><table><tr><td>c<td>d<tr><td>e',
      ['text /ul/li/p a', 'text /ul/li b', 'text /table/tr/td c', 'text /table/tr/td d', 'text /table/tr/td e'],
      ['text  a\nb\nc\nd\ne'],
    ],
    ['what is cut off', '<p>a<b title="x', ['text /p a', 'string /p/b/@title x'], ['text  a']],
    ['stray characters are text', 'a < b & c </', ['text  a < b & c </'], ['text  a < b & c </']],
    ['names that may hold something', '<p class 4111 1111 1111 1111>', ['key  p class 4111 1111 1111 1111'], []],
    [
      'names before a value that waits for its label',
      '<p 4111 1111 value=y',
      ['key  p 4111 1111 value', 'string /p/@value y'],
      [],
    ],
    ['plaintext', '<plaintext></plaintext>', ['text /plaintext </plaintext>'], []],
  ])('%s', (_name, document, fields, flow) => {
    const recording = recordEveryCut('html', bytesOf(document))
    expect(outline(recording)).toEqual(fields)
    expect(outline(recording, 'flow')).toEqual(flow)
  })

  test('a name attribute names the value of its tag, and the text of a textarea', () => {
    const names = (document: string) =>
      record('html', bytesOf(document)).fields.map((field) => [field.key, field.keys.join(' '), textOf(field)])
    expect(names('<form><input name="ssn" value="1"><meta property=og:x content=2><textarea name=pin>3</textarea>')).toEqual([
      ['name', 'form input name', 'ssn'],
      ['ssn', 'form input ssn', '1'],
      ['property', 'form meta property', 'og:x'],
      ['og:x', 'form meta og:x', '2'],
      ['name', 'form textarea name', 'pin'],
      ['pin', 'form textarea pin', '3'],
    ])
  })

  test('attributes whose names differ in the middle alone', () => {
    const names = ['pin', 'pan', 'pin', 'pàn', 'pán', 'p\u0000n', 'paan', 'pan']
    const tags = names.map((name) => `<i ${name}="1">`).join('')
    const keys = record('html', bytesOf(tags)).fields.map((field) => field.key)
    expect(keys).toEqual(names)
  })

  test('a name behind the value names it too, as far as one can see', () => {
    const names = (document: string) => {
      const { fields } = recordEveryCut('html', bytesOf(document))
      return fields.map((field) => `${field.key}=${textOf(field)}`)
    }
    expect(names('<input value="1&amp;" type=text name=ssn><p>x')).toEqual(['ssn=1&', 'type=text', 'name=ssn', 'p=x'])
    expect(names('<input value=1 id=a name=b value=2>')).toEqual(['b=1', 'id=a', 'name=b', 'b=2'])
    expect(names('<input value="1" name="')).toEqual(['value=1', 'name='])
    const far = `<input value="${'x'.repeat(4096)}" name=ssn>`
    expect(record('html', bytesOf(far)).fields[0].key).toBe('value')
    expect(record('html', bytesOf(far), [50, 2000, 4000, 4110]).fields[0].key).toBe('value')
    const near = `<input value="${'x'.repeat(4070)}" name=ssn>`
    expect(record('html', bytesOf(near)).fields[0].key).toBe('ssn')
    expect(record('html', bytesOf(near), [50, 2000, 4000, 4090]).fields[0].key).toBe('ssn')
  })

  test('only an element that is too deep is the limit; what follows is text', () => {
    const document = '<b><b>x</b><b><b>deep<i>er'
    const recording = recordEveryCut('html', bytesOf(document), 2)
    expect(recording.depthLimitAt).toBe(document.indexOf('<b>deep'))
    expect(outline(recording)).toEqual(['text /b/b x', 'text  deep<i>er'])
  })
})

describe('XML, each document at every cut', () => {
  test.each([
    [
      'elements and attributes',
      '<a x="1"><b y=\'2\'>t</b><C/></a>',
      ['string /a/@x 1', 'string /a/b/@y 2', 'string /a/b t'],
      ['string /a/b t'],
    ],
    [
      'comments, instructions and CDATA sections do not divide',
      '<a>1<!-- c -->2<?p i?>3<![CDATA[4]]><![CDATA[5]]></a>',
      ['string /a 1', 'text   c ', 'string /a 2', 'text  p i', 'string /a 3', 'string /a 4', 'string /a 5'],
      ['string /a 12345'],
    ],
    [
      'child elements that touch text do not divide',
      '<r>041-<i>87</i>-9<e/>030</r>',
      ['string /r 041-', 'string /r/i 87', 'string /r -9', 'string /r 030'],
      ['string /r 041-87-9030'],
    ],
    [
      'elements beside each other divide',
      '<r><a>1</a><b>2</b> <c>3</c></r>',
      ['string /r/a 1', 'string /r/b 2', 'string /r/c 3'],
      ['string /r/a 1', 'string /r/b 2', 'string /r/c 3'],
    ],
    [
      'in a page of XHTML lines do not divide',
      '<html><p><span>1</span><span>2</span></p><p>3</p></html>',
      ['string /html/p/span 1', 'string /html/p/span 2', 'string /html/p 3'],
      ['string /html/p/span 12', 'string /html/p 3'],
    ],
    ['references', '<a>&lt;&#65;&#x42;&apos;&nbsp;&x;&amp</a>', ["string /a <AB'\u00a0&x;&amp"], ["string /a <AB'\u00a0&x;&amp"]],
    [
      'internal entities',
      '<!DOCTYPE a [<!-- <!ENTITY c "no"> --><!ENTITY c "<b>&d;</b>"><!ENTITY d \'&#52;1\'>]><a b="&d;">&c;&c</a>',
      [
        'text   a [<!-- <!ENTITY c "no"> --><!ENTITY c "<b>&d;</b>"><!ENTITY d \'41\'>]',
        'string /a/@b 41',
        'string /a <b>41</b>&c',
      ],
      ['string /a <b>41</b>&c'],
    ],
    [
      'an entity that stands for nothing, and of two the first',
      '<!DOCTYPE a [<!ENTITY e ""><!ENTITY e "x"><!ENTITY f "&e;2&e;">]><a b="1&e;2">1&e;2&f;&e;</a>',
      ['text   a [<!ENTITY e ""><!ENTITY e "x"><!ENTITY f "&e;2&e;">]', 'string /a/@b 12', 'string /a 122'],
      ['string /a 122'],
    ],
    [
      'a declaration and names with prefixes',
      '<?xml version="1.0"?><s:E xmlns:s="u"><p:Ref>1</p:Ref></s:E>',
      ['text  xml version="1.0"', 'string /s:E/@xmlns:s u', 'string /s:E/p:Ref 1'],
      ['string /s:E/p:Ref 1'],
    ],
    ['names are as they are spelled', '<Ab><ab>1</ab></Ab>', ['string /Ab/ab 1'], ['string /Ab/ab 1']],
    ['what is cut off', '<a><![CDATA[x]', ['string /a x]'], ['string /a x]']],
    ['brackets in a CDATA section', '<a><![CDATA[]]]]]></a>', ['string /a ]]]'], ['string /a ]]]']],
    ['a comment that HTML would end', '<a><!-->1--></a>', ['text  >1'], []],
  ])('%s', (_name, document, fields, flow) => {
    const recording = recordEveryCut('xml', bytesOf(document))
    expect(outline(recording)).toEqual(fields)
    expect(outline(recording, 'flow')).toEqual(flow)
  })

  test('an attribute that names its element names its text', () => {
    const { fields } = record('xml', bytesOf('<c><add key="password" value="x"/><entry key="pin">1</entry></c>'))
    expect(fields.map((field) => [field.key, textOf(field)])).toEqual([
      ['key', 'password'],
      ['password', 'x'],
      ['key', 'pin'],
      ['pin', '1'],
    ])
  })

  test('a text that goes on behind its element keeps its names', () => {
    const { flow } = recordEveryCut('xml', bytesOf('<r><i>041</i>-87<x/>-9</r>'))
    expect(flow.map((field) => [field.path, textOf(field)])).toEqual([['/r/i', '041-87-9']])
  })

  test('entities that stand for more than the document can afford are refused', () => {
    const levels = Array.from({ length: 12 }, (_, k) => `<!ENTITY e${k + 1} "${`&e${k};`.repeat(10)}">`)
    const document = `<!DOCTYPE a [<!ENTITY e0 "ha">${levels.join('')}]><a>&e1;&e12;&e2;</a>`
    const recording = record('xml', bytesOf(document))
    expect(recording.depthLimitAt).toBe(document.indexOf('&e12;</a>'.slice(0, 5)))
    expect(textOf(recording.fields[1])).toBe(`${'ha'.repeat(10)}&e12;${'ha'.repeat(100)}`)
    expect(record('xml', bytesOf('<!DOCTYPE a [<!ENTITY a "&a;">]><a>&a;</a>')).depthLimitAt).toBeGreaterThan(0)
  })
})
