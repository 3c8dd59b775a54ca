import { expect, test } from 'vitest'
import { Delimiter } from '../../../src/formats/multipart/delimiter.ts'
import { Random } from '../../support/random.ts'

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

test('where a delimiter may begin: nothing that is one is passed over, at every alignment', () => {
  const random = new Random(7)
  const PIECES = [
    '-',
    '--',
    '--edge',
    '--edge-7f2a',
    '--bou',
    '--boundary',
    '--b',
    'edge',
    'harbor lamp ',
    '\r\n',
    'x',
    '----------',
  ]
  for (const boundaries of [
    [],
    ['b'],
    ['edge-7f2a'],
    ['edge-7f2a', 'boundary'],
    ['b', 'edge-7f2a'],
    ['--WebKitFormBoundary7MA4YWxk'],
    ['x'.repeat(256)],
  ]) {
    const delimiter = new Delimiter(boundaries)
    const sought = boundaries.map((boundary) => `--${boundary}`)
    const least = Math.min(...sought.map(({ length }) => length))
    for (let round = 0; round < 500; round++) {
      let text = ''
      for (let n = random.int(0, 14); n > 0; n--) text += random.pick(random.chance(0.2) && sought.length > 0 ? sought : PIECES)
      const shift = random.int(0, 3)
      const window = bytes(' '.repeat(shift) + text).subarray(shift)
      for (let from = random.int(0, 4); from <= text.length; from += random.int(1, 9)) {
        const found = delimiter.next(window, from)
        const begins = sought.map((boundary) => text.indexOf(boundary, from)).filter((at) => at >= 0)
        // what the window cuts
        const cut = sought.length === 0 ? -1 : text.indexOf('-', Math.max(from, text.length - least + 1))
        const first = Math.min(text.length, ...begins, ...(cut < 0 ? [] : [cut]))
        if (found > first) expect.fail(`${JSON.stringify(text)} from ${from}: passed over ${first}`)
        if (found < text.length && text[found] !== '-') expect.fail(`${JSON.stringify(text)}: stopped at ${found}`)
      }
    }
  }
})
