import { readFileSync } from 'node:fs'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import { chooseCharset } from '../../../src/body/charset.ts'
import { Random } from '../../support/random.ts'
import { bytesOf, type Recording, record, textOf } from '../record.ts'

interface Case {
  readonly id: string
  readonly text?: string
  readonly base64?: string
}

const cases = readFileSync(new URL('xmlconf/cases.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case)

/** A reference to what nobody declared, which a parameter entity makes a matter of validity. */
const REMARKED = ['rmt-e3e-13']

/** White space is normalised by XML, and not by who edits in place. */
const bare = (text: string) => text.replace(/\s+/g, '')

/** Texts and attributes as saxes has them; undefined where it refuses: entities of an internal subset are not its concern. */
function saxesTexts(document: string): string[] | undefined {
  const texts: string[] = []
  const parser = new SaxesParser()
  parser.on('error', (error) => {
    throw error
  })
  parser.on('text', (text) => void texts.push(text))
  parser.on('cdata', (text) => void texts.push(text))
  parser.on('opentag', ({ attributes }) => void texts.push(...Object.values(attributes as Record<string, string>)))
  try {
    parser.write(document).close()
  } catch {
    return undefined
  }
  return texts.map(bare).filter((text) => text !== '')
}

test('well-formed documents of the W3C suite: every text is in a field, at every cut, and nothing is remarked', () => {
  const random = new Random(20)
  const wrong: string[] = []
  const refused: string[] = []
  for (const { id, text, base64 } of cases) {
    const source = text === undefined ? Uint8Array.from(Buffer.from(base64!, 'base64')) : bytesOf(text)
    const { codec: charset } = chooseCharset({ kind: 'xml', charset: '' }, source)
    const read = (cuts: readonly number[]): Recording => record('xml', source, cuts, 1024, { charset })
    const whole = read([])
    const told = JSON.stringify(whole)
    const cuts = [Array.from({ length: source.length - 1 }, (_, i) => i + 1)]
    for (let k = 0; k < 12; k++) cuts.push([random.int(0, source.length), random.int(0, source.length)].sort((a, b) => a - b))
    for (const cut of cuts) if (JSON.stringify(read(cut)) !== told) wrong.push(`${id}: cut at ${cut} shows`)
    if (whole.malformed > 0 !== REMARKED.includes(id)) wrong.push(`${id}: malformed`)
    const expected = saxesTexts(text ?? new TextDecoder(charset).decode(source))
    if (expected === undefined) {
      refused.push(id)
      continue
    }
    const fields = whole.fields.map((field) => bare(textOf(field)))
    const joined = [fields.join(''), whole.flow.map((field) => bare(textOf(field))).join('')]
    for (const one of expected) if (!joined.some((all) => all.includes(one))) wrong.push(`${id}: no field has ${one}`)
  }
  expect(wrong).toEqual([])
  expect(cases.length - refused.length).toBeGreaterThan(580)
  expect(refused.length).toBeLessThan(50)
})
