import { expect, test } from 'vitest'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { Random } from '../support/random.ts'
import { createKernel } from './kernels.ts'

const SEARCHES = [
  ['the kernel', createKernel('simd').nextList!],
  ['native searches', createPortableKernel({}, [{ fingerprint: 0, gates: [], groups: [], runs: [] }]).nextList!],
] as const

const PIECES = [
  '[',
  '[[',
  '[{',
  '["',
  '[ 1',
  '[\n  t',
  '[\r\n\t',
  ']',
  '{"a":',
  ' ',
  '\n',
  'harbor lamp',
  '[ ]',
  '[-',
  '[x',
  '1',
  '"',
  '1"',
  '1" :',
  '3]":',
  'a":',
  '"\n\t:',
]

test.each(SEARCHES)(
  '%s: stops at brackets behind which values may stand, at the ends of numbered names, and at nothing else',
  (_, nextList) => {
    const random = new Random(3)
    for (let round = 0; round < 400; round++) {
      // now and then longer than what is looked at at once
      let text = '"'.repeat(random.chance(0.2) ? random.int(16_300, 33_000) : random.int(0, 80))
      for (let n = random.int(0, 60); n > 0; n--) text += random.pick(PIECES)
      const body = Uint8Array.from(text, (char) => char.charCodeAt(0))
      let at = 0
      for (const { index } of text.matchAll(/\[(?=[ \t\r\n]*(?:["\-+.0-9Eetfn]|$))|(?<=[0-9])"(?=[ \t\r\n]*(?::|$))/g)) {
        const found = nextList(body, at)
        if (found !== index) expect.fail(`${JSON.stringify(text.slice(-300))}: ${found} in place of ${index}`)
        at = found + 1
      }
      if (at < body.length && nextList(body, at) !== body.length)
        expect.fail(`${JSON.stringify(text.slice(-300))}: stopped behind ${at}`)
    }
  },
)

test.each(SEARCHES)('%s: blanks of any length behind a bracket may be such a place, and cost nothing more', (_, nextList) => {
  const text = Uint8Array.from(`"${'['.repeat(3)}${' '.repeat(100_000)}{`, (char) => char.charCodeAt(0))
  const found = nextList(text, 0)
  expect(found === 3 || found === text.length).toBe(true)
  expect(nextList(text, Math.min(found + 1, text.length - 1))).toBe(text.length)
})
