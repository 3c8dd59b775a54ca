import { describe, expect, test } from 'vitest'
import type { Reading } from '../../src/pipeline/inspector.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { Random } from '../support/random.ts'
import { inspectBody } from './inspect-body.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const TOKEN = 'ghs_sJtzWMoGweTPUADjXUL4F9Rseghn310tiNy7'

/** What leaves; the same taken whole, at every single cut, one byte at a time and in a second pass. */
function scrub(body: string, reading: Reading = 'json', policy?: Policy, contentType?: string): string {
  const bytes = bytesOf(body)
  const whole = inspectBody(bytes, reading, undefined, policy, contentType)
  const cuts = Array.from({ length: bytes.length }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)])
  for (const windows of [...cuts, Array.from(bytes, (byte) => Uint8Array.of(byte))]) {
    const cut = inspectBody(bytes, reading, windows, policy, contentType)
    expect(textOf(cut.output)).toBe(textOf(whole.output))
    expect(cut.findings).toBe(whole.findings)
  }
  expect(textOf(inspectBody(whole.output, reading, undefined, policy, contentType).output)).toBe(textOf(whole.output))
  return textOf(whole.output)
}

describe('a value in pieces that are the elements of an array', () => {
  test.each([
    ['groups', '{"parts":["3566","0082","8516","3989"]}', '{"parts":["[redacted:CREDIT_CARD]","","",""]}'],
    ['any cut, with the separators', '["752-","33-5","508"]', '["[redacted:US_SSN]","",""]'],
    ['numbers among strings', '[8,7,6,"-",3,5,"-",7,4,7,7]', '["[redacted:US_SSN]","","","","","","","","","",""]'],
    ['digits alone', '{"n":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}', `{"n":["[redacted:CREDIT_CARD]"${',""'.repeat(15)}]}`],
    ['letter by letter', JSON.stringify([...TOKEN]), `["[redacted:GITHUB_TOKEN]"${',""'.repeat(39)}]`],
    ['white space between', '[ "3566" ,\n\t"0082","85163989" ]', '[ "[redacted:CREDIT_CARD]" ,\n\t"","" ]'],
    ['empty pieces and literals', '["","3566",null,"00828516","3989",""]', '["","[redacted:CREDIT_CARD]",null,"","",""]'],
    ['escapes', '["35\\u0036\\u0036","0082","8516","3989"]', '["[redacted:CREDIT_CARD]","","",""]'],
    ['full-width digits', '["３５６６","0082","8516","3989"]', '["[redacted:CREDIT_CARD]","","",""]'],
    ['in base64', '["NDExMTExMTEx","MTExMTExMQ=="]', '["W3JlZGFjdGVkOkNSRURJVF9DQVJEXQ==",""]'],
    [
      'an array in a string',
      '{"j":"[\\"3566\\",\\"0082\\",8516,\\"3989\\"]"}',
      '{"j":"[\\"[redacted:CREDIT_CARD]\\",\\"\\",\\"\\",\\"\\"]"}',
    ],
    ['a key of evidence', '{"ssn":["774","21","2199"]}', '{"ssn":["[redacted:US_SSN]","",""]}'],
    ['numbers in groups that are named', '{"pan":[4111,1111,1111,1111]}', '{"pan":["[redacted:CREDIT_CARD]","","",""]}'],
    [
      'a number in groups beside another',
      '{"x":[4111,1111],"ssn":[774,21,2199]}',
      '{"x":[4111,1111],"ssn":["[redacted:US_SSN]","",""]}',
    ],
    [
      'one after another',
      '[["3566","0082","8516","3989"],["4111","1111","1111","1111"]]',
      '[["[redacted:CREDIT_CARD]","","",""],["[redacted:CREDIT_CARD]","","",""]]',
    ],
  ])('%s', (_, body, expected) => {
    expect(scrub(body)).toBe(expected)
    JSON.parse(expected)
  })

  test.each([
    ['more than the value', '["3566","0082","8516","3989","tail"]'],
    ['a word before the value', '["card ","3566","0082","8516","3989"]'],
    ['a value alone is edited alone', '["ann.lee@mail.example","de"]', '["[redacted:EMAIL]","de"]'],
    ['one element', '["3566008285163980"]'],
    ['numbers in groups without a name', '{"sales":[4111,1111,1111,1111]}'],
    ['more numbers than a card has groups', '{"pan":[41,11,11,11,11,11,1111]}'],
    ['a number that is more than digits', '[1.5,"68 545 4266"]'],
    ['pieces of two arrays', '[["3566","0082"],["8516","3989"]]'],
    ['members of an object', '{"a":"3566","b":"0082","c":"8516","d":"3989"}'],
    ['behind an object', '[{},"3566","0082","8516","3989"]'],
    ['times of day', '["23:42","0:81","10:33","6:49","23:91","23:61","0:68"]'],
    ['digits that are no card', '["3566","0082","8516","3988"]'],
    ['quantities', '["199","49","1299"]'],
    ['already edited', '["[redacted:CREDIT_CARD]","","",""]'],
  ])('not: %s', (_, body, expected = body) => expect(scrub(body)).toBe(expected))

  test('a list that is longer than any value is not kept', () => {
    const long = JSON.stringify([...'4111111111111111', ...Array(5000).fill('x')])
    const windows = long.match(/[\s\S]{1,1000}/g)!.map(bytesOf)
    const { output, prefixes } = inspectBody(bytesOf(long), 'json', windows)
    expect(textOf(output)).toBe(long)
    expect(prefixes[18].length).toBeGreaterThan(16 << 10)
    const apart = `["4111",${' '.repeat(17 << 10)}"111111111111"]`
    expect(textOf(inspectBody(bytesOf(apart), 'json').output)).toBe(apart)
    expect(textOf(inspectBody(bytesOf(apart), 'json', apart.match(/[\s\S]{1,1000}/g)!.map(bytesOf)).output)).toBe(apart)
  })

  test('mask and drop write one value, too', () => {
    const body = '["3566","0082","8516","3989"]'
    expect(scrub(body, 'json', { mode: 'enforce', request: { '*': { mask: { keepLast: 4 } } } })).toBe(
      '["************3989","","",""]',
    )
    expect(scrub(body, 'json', { mode: 'enforce', request: { '*': 'drop' } })).toBe('["[redacted:CREDIT_CARD]","","",""]')
  })
})

describe('a value in pieces that are members with numbered names', () => {
  test.each([
    [
      'groups',
      '{"id":7,"card1":"3566","card2":"0082","card3":"8516","card4":"3989","note":"x"}',
      '{"id":7,"card1":"[redacted:CREDIT_CARD]","card2":"","card3":"","card4":"","note":"x"}',
    ],
    [
      'white space',
      '{ "n1" : "3566" ,\n "n2" : "0082",\n\t"n3":"85163989" }',
      '{ "n1" : "[redacted:CREDIT_CARD]" ,\n "n2" : "",\n\t"n3":"" }',
    ],
    [
      'names that are numbers, letter by letter',
      JSON.stringify(Object.fromEntries([...TOKEN].entries())),
      JSON.stringify(Object.fromEntries([...TOKEN].map((_, i) => [i, i === 0 ? '[redacted:GITHUB_TOKEN]' : '']))),
    ],
    [
      'numbers that are bytes',
      JSON.stringify({ data: Object.fromEntries([...bytesOf('to ada@example.com')].entries()) }),
      JSON.stringify({
        data: {
          0: 116,
          1: 111,
          2: 32,
          3: '[redacted:EMAIL]',
          ...Object.fromEntries(Array.from({ length: 14 }, (_, i) => [i + 4, ''])),
        },
      }),
    ],
    [
      'literals and empty pieces',
      '{"p1":null,"p2":"","p3":"774-","p4":true,"p5":"21-2199"}',
      '{"p1":null,"p2":"","p3":"[redacted:US_SSN]","p4":true,"p5":""}',
    ],
    [
      'one list behind another',
      '{"a1":"3566","a2":"0082","a3":"85163989","b1":"4111","b2":"111111111111"}',
      '{"a1":"[redacted:CREDIT_CARD]","a2":"","a3":"","b1":"[redacted:CREDIT_CARD]","b2":""}',
    ],
    [
      'in an array behind another object',
      '[{"x1":"4111"},{"x1":"4111","x2":"111111111111"}]',
      '[{"x1":"4111"},{"x1":"[redacted:CREDIT_CARD]","x2":""}]',
    ],
    [
      'in a string',
      JSON.stringify({ j: '{"a1":"3566","a2":"0082","a3":"85163989"}' }),
      JSON.stringify({ j: '{"a1":"[redacted:CREDIT_CARD]","a2":"","a3":""}' }),
    ],
  ])('%s', (_, body, expected) => {
    expect(scrub(body)).toBe(expected)
    JSON.parse(expected)
  })

  test.each([
    ['another member between', '{"a1":"3566","a2":"0082","x":"y","a3":"8516","a4":"3989"}'],
    ['other names', '{"a1":"3566","b1":"0082","a2":"8516","b2":"3989"}'],
    ['a container between', '{"a1":"3566","a2":"0082","a3":{},"a4":"8516","a5":"3989"}'],
    ['members of two objects', '[{"a1":"3566","a2":"0082"},{"a3":"8516","a4":"3989"}]'],
    ['more than the value', '{"line1":"3566","line2":"0082","line3":"85163989","line4":"Berlin"}'],
    ['a longer name', `{"${'n'.repeat(400)}1":"3566","${'n'.repeat(400)}2":"008285163989"}`],
    ['digests and addresses', '{"sha256":"0082","sha512":"85163989","address1":"12 Elm St","address2":"","utf8":"x"}'],
  ])('not: %s', (_, body) => expect(scrub(body)).toBe(body))

  test('behind members that were passed over, and among them, in windows of any length', () => {
    const filler = Array.from(
      { length: 30 },
      (_, i) => `"name of ${'abcdefghij'[i % 10]}":"harbor ${i}","x1":${i},"x2":"y"`,
    ).join(',')
    const list = '"card1":"3566","card2":"0082","card3":"85163989"'
    const body = bytesOf(`{${filler},${list},${filler},"a":{${list}},${filler}}`)
    const expected = textOf(body)
      .replaceAll('"3566"', '"[redacted:CREDIT_CARD]"')
      .replaceAll('"0082"', '""')
      .replaceAll('"85163989"', '""')
    expect(textOf(inspectBody(body, 'json').output)).toBe(expected)
    for (const length of [1, 7, 64, 100, 333, 1000, 2048]) {
      const windows = Array.from({ length: Math.ceil(body.length / length) }, (_, i) =>
        body.subarray(i * length, (i + 1) * length),
      )
      expect(textOf(inspectBody(body, 'json', windows).output)).toBe(expected)
    }
  })
})

describe('a value in pieces that are fields of one name', () => {
  const mark = '%5Bredacted%3ACREDIT_CARD%5D'
  test.each([
    ['n=5105&n=1060&n=8543&n=6887&note=marble', `n=${mark}&n=&n=&n=&note=marble`],
    ['n%5B%5D=5105&n%5B%5D=1060&n[]=8543&n%5B%5D=6887', `n%5B%5D=${mark}&n%5B%5D=&n[]=&n%5B%5D=`],
    ['a=b&card1=5105&card2=1060&card3=8543&card4=6887', `a=b&card1=${mark}&card2=&card3=&card4=`],
    ['a=["3566","0082","8516","3989"]', `a=["${mark}","","",""]`],
  ])('%s', (body, expected) => expect(scrub(body, 'form')).toBe(expected))

  test.each(['n=5105&m=1060&n=8543&m=6887', 'n=5105&n=1060&n=8543&n=6888', 'n=5105106085436888'])('not: %s', (body) =>
    expect(scrub(body, 'form')).toBe(body),
  )
})

describe('a text whose bytes are the elements of an array', () => {
  const numbers = (text: string) => JSON.stringify([...bytesOf(text)])
  test.each([
    ['a Buffer', `{"type":"Buffer","data":${numbers('to ada@example.com, now')}}`, numbers('to [redacted:EMAIL], now')],
    [
      'before another member',
      `{"data":${numbers('to ada@example.com')},"x":1,"y":{"z":2}}`,
      `{"data":${numbers('to [redacted:EMAIL]')},"x":1,"y":{"z":2}}`,
    ],
    ['all of it', `[${numbers('4111111111111111')}]`, numbers('[redacted:CREDIT_CARD]')],
    ['two values', numbers('4111 1111 1111 1111 or ada@example.com'), numbers('[redacted:CREDIT_CARD] or [redacted:EMAIL]')],
    [
      'white space and lines',
      numbers(`é\n\t${TOKEN}\r\n`).replaceAll(',', ' ,\n'),
      numbers('[redacted:GITHUB_TOKEN]').slice(1, -1),
    ],
    [
      'an array in a string',
      JSON.stringify({ j: `{"data":${numbers('card 4111111111111111')}}` }),
      numbers('card [redacted:CREDIT_CARD]'),
    ],
    ['a view in it', numbers('mail ada%40example.com'), numbers('mail %5Bredacted%3AEMAIL%5D')],
  ])('%s', (_, body, expected) => {
    const scrubbed = scrub(body)
    JSON.parse(scrubbed)
    expect(scrubbed).toContain(expected)
  })

  test.each([
    ['a number that is no byte', numbers('ada@example.com').replace('97', '997')],
    ['a control character', numbers('ada@example.com').replace('97', '7')],
    ['a fraction', numbers('ada@example.com').replace('97', '97.5')],
    ['a string among them', numbers('ada@example.com').replace('97', '"97"')],
    ['nothing to find', numbers('the harbor lamp')],
  ])('not: %s', (_, body) => expect(scrub(body)).toBe(body))
})

test('in a part of a multipart body, and not across parts', () => {
  const type = 'multipart/form-data; boundary=edge'
  const part = (content: string) =>
    `--edge\r\ncontent-disposition: form-data; name="a"\r\ncontent-type: application/json\r\n\r\n${content}\r\n`
  const body = (...contents: string[]) => `${contents.map(part).join('')}--edge--\r\n`
  const scrubbed = scrub(body('["3566","0082","8516","3989"]'), 'multipart', undefined, type)
  expect(scrubbed).toBe(body('["[redacted:CREDIT_CARD]","","",""]'))
  const apart = body('["3566","0082"]', '["8516","3989"]')
  expect(scrub(apart, 'multipart', undefined, type)).toBe(apart)
})

describe('a value in pieces that are elements of XML', () => {
  test.each([
    [
      'of one name',
      '<n><p>3566</p><p>0082</p><p>8516</p><p>3989</p></n>',
      '<n><p>[redacted:CREDIT_CARD]</p><p></p><p></p><p></p></n>',
    ],
    [
      'in lines of their own',
      '<n>\n  <p>3566</p>\n  <p>00828516</p>\n  <p>3989</p>\n</n>',
      '<n>\n  <p>[redacted:CREDIT_CARD]</p>\n  <p></p>\n  <p></p>\n</n>',
    ],
    [
      'with numbers in their names',
      '<n><p1>752-</p1><p2>33-5</p2><p3>508</p3></n>',
      '<n><p1>[redacted:US_SSN]</p1><p2></p2><p3></p3></n>',
    ],
    [
      'letter by letter',
      `<n>${[...TOKEN].map((c) => `<c>${c}</c>`).join('')}</n>`,
      `<n><c>[redacted:GITHUB_TOKEN]</c>${'<c></c>'.repeat(39)}</n>`,
    ],
    [
      'with references',
      '<n><p>35&#54;6</p><p>0082</p><p>8516</p><p>3989</p></n>',
      '<n><p>[redacted:CREDIT_CARD]</p><p></p><p></p><p></p></n>',
    ],
    [
      'in CDATA',
      '<n><p><![CDATA[3566]]></p><p>00828516</p><p>3989</p></n>',
      '<n><p><![CDATA[[redacted:CREDIT_CARD]]]></p><p></p><p></p></n>',
    ],
    [
      'with an empty one',
      '<n><p>3566</p><p/><p>00828516</p><p></p><p>3989</p></n>',
      '<n><p>[redacted:CREDIT_CARD]</p><p/><p></p><p></p><p></p></n>',
    ],
    [
      'behind others',
      '<n><a>1</a><p>3566</p><p>0082</p><p>8516</p><p>3989</p><z>2</z></n>',
      '<n><a>1</a><p>[redacted:CREDIT_CARD]</p><p></p><p></p><p></p><z>2</z></n>',
    ],
  ])('%s', (_, body, expected) => expect(scrub(body, 'xml')).toBe(expected))

  test.each([
    ['of other names', '<n><a>3566</a><b>0082</b><c>8516</c><d>3989</d></n>'],
    ['more than the value', '<n><p>3566</p><p>0082</p><p>8516</p><p>3989</p><p>x</p></n>'],
    ['of two parents', '<m><n><p>3566</p><p>0082</p></n><n><p>8516</p><p>3989</p></n></m>'],
    ['text between', '<n><p>3566</p> and <p>0082</p><p>8516</p><p>3989</p></n>'],
    ['elements in them', '<n><p>3566</p><p>0082<i/></p><p><q>8516</q></p><p>3989</p></n>'],
    ['years', '<n><y>2019</y><y>2020</y><y>2021</y><y>2022</y></n>'],
    ['already edited', '<n><p>[redacted:CREDIT_CARD]</p><p></p><p></p></n>'],
  ])('not: %s', (_, body) => expect(scrub(body, 'xml')).toBe(body))
})

test('a body that the screen lets pass has nothing for a reader', () => {
  const seeded = new Random(7)
  const random = () => seeded.next()
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]
  let found = 0
  for (let round = 0; round < 400; round++) {
    const value = pick(['4111111111111111', '752-33-5508', TOKEN, 'GB82WEST12345698765432', 'ann.lee@mail.example'])
    const pieces: string[] = []
    for (let at = 0; at < value.length; ) {
      const next = Math.min(value.length, at + 1 + Math.floor(random() * 9))
      pieces.push(value.slice(at, next))
      at = next
    }
    if (random() < 0.3) pieces.splice(Math.floor(random() * pieces.length), 0, pick(['', 'x', '1']))
    const gap = pick([',', ', ', ' ,\n'])
    const around = pick(['{"a":[true,"b"],"list":[@],"z":[[1,2],{}]}', '[@]', '{"x":"[","y":[@,null]}', '[[],[@],"4"]'])
    const json = around.replace('@', pieces.map((piece) => JSON.stringify(piece)).join(gap))
    const form = `a=b&${pieces.map((piece, i) => `n${random() < 0.5 ? '' : i}=${piece}`).join('&')}&z=1`
    for (const [reading, body] of [
      ['json', json],
      ['form', form],
    ] as const) {
      const bytes = bytesOf(body)
      const whole = inspectBody(bytes, reading)
      expect(textOf(whole.output), body).toBe(textOf(inspectBody(bytes, reading, [bytes]).output))
      found += whole.edits
    }
  }
  expect(found).toBeGreaterThan(300)
})
