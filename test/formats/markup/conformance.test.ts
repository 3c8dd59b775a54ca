import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CDATA, DATA, PLAINTEXT, RAWTEXT, RCDATA, SCRIPT } from '../../../src/formats/markup/tokenizer.ts'
import { describeShared, sharedPath } from '../../support/shared.ts'
import { bytesOf } from '../record.ts'
import { type Token, tokenize } from './tokens.ts'

interface Case {
  readonly id: string
  readonly initialStates?: readonly string[]
  readonly lastStartTag?: string
  readonly input: string
  readonly output: readonly Token[]
  readonly doubleEscaped?: boolean
}

const MODELS: Record<string, number> = {
  'Data state': DATA,
  'RCDATA state': RCDATA,
  'RAWTEXT state': RAWTEXT,
  'Script data state': SCRIPT,
  'PLAINTEXT state': PLAINTEXT,
  'CDATA section state': CDATA,
}

const unescaped = (text: string) =>
  text.replace(/\\u([0-9a-fA-F]{4})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Expected tokens: DOCTYPEs are one field, so their names and identifiers are not told apart; NUL reads as U+FFFD everywhere. */
function expected(one: Case): Token[] {
  const text = (value: unknown) => (one.doubleEscaped ? unescaped(value as string) : (value as string)).replaceAll('\0', '\ufffd')
  return one.output.map((token) => {
    if (token[0] === 'DOCTYPE') return ['DOCTYPE']
    if (token[0] !== 'StartTag') return [token[0], text(token[1])]
    const attributes = Object.entries(token[2] as object).map(([name, value]) => [text(name), text(value)])
    return [token[0], text(token[1]), Object.fromEntries(attributes), ...token.slice(3)]
  })
}

function skipReason(id: string, input: string): string | undefined {
  if (!input.isWellFormed()) return 'a lone surrogate, which no UTF-8 body holds'
  return id.includes('xmlViolation') ? 'expects the text as an XML tree has to spell it' : undefined
}

describeShared('html5lib-tests', () => {
  test('the tokens of every case, whole, at every cut and byte by byte', () => {
    const skipped: Record<string, number> = {}
    const wrong: string[] = []
    let run = 0
    const cases = readFileSync(sharedPath('conformance', 'html-tokens.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Case)
    for (const one of cases) {
      const input = one.doubleEscaped ? unescaped(one.input) : one.input
      const reason = skipReason(one.id, input)
      if (reason !== undefined) {
        skipped[reason] = (skipped[reason] ?? 0) + 1
        continue
      }
      run++
      const source = bytesOf(input)
      const want = JSON.stringify(expected(one))
      for (const state of one.initialStates ?? ['Data state']) {
        const options = { model: MODELS[state], rawName: one.lastStartTag }
        const all = Array.from({ length: Math.max(0, source.length - 1) }, (_, k) => k + 1)
        for (const cuts of [[], all, ...all.map((cut) => [cut])]) {
          const got = JSON.stringify(tokenize('html', source, { ...options, cuts }).tokens)
          if (got === want) continue
          wrong.push(`${one.id} ${state} ${JSON.stringify(input)} cut at ${cuts}:\n  got  ${got}\n  want ${want}`)
          break
        }
      }
    }
    expect(wrong).toEqual([])
    expect(skipped).toEqual({
      'a lone surrogate, which no UTF-8 body holds': 1,
      'expects the text as an XML tree has to spell it': expect.any(Number),
    })
    expect(run / cases.length).toBeGreaterThan(0.95)
  })
})
