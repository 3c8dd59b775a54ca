import { expect, test } from 'vitest'
import { type PendingEdit, splice } from '../../src/pipeline/splice.ts'
import { Tally } from '../../src/pipeline/tally.ts'

const encode = (text: string) => new TextEncoder().encode(text)

/** Edits of `text`, each `[start, end, instead]`, from `from` to `until`, in the way that few edits take and in that of many. */
function both(text: string, edits: readonly (readonly [number, number, string])[], from: number, until: number): string[] {
  const list: PendingEdit[] = edits.map(([start, end, instead]) => ({ start, end, bytes: encode(instead) }))
  return [text.padEnd(from + 5000 * edits.length, '.'), text].map((padded) => {
    const to = padded === text ? until : padded.length
    const source = encode(padded)
    const pieces = splice((start, end) => source.subarray(start, end), list, from, to)
    const joined = Buffer.concat(pieces).toString()
    return padded === text ? joined : joined.replace(/\.+$/, '')
  })
}

test('edits are put in their places, in one piece where they are dense', () => {
  const text = 'ab cd ef gh'
  expect(both(text, [[0, 2, 'X'], [3, 5, 'YY'], [9, 11, '']], 0, 11)).toEqual(['X YY ef ', 'X YY ef ']) // biome-ignore format: a table
  expect(both(text, [[3, 5, 'Y'], [5, 6, '-']], 2, 11)).toEqual([' Y-ef gh', ' Y-ef gh']) // biome-ignore format: a table
  // the last one reaches beyond what is decided
  expect(splice((start, end) => encode(text).subarray(start, end), [{ start: 0, end: 2, bytes: encode('X') }, { start: 6, end: 11, bytes: encode('Z') }], 0, 8).map(String).join()).toBe(String(encode('X cd Z'))) // biome-ignore format: a table
})

test('a mark that many edits share is not the piece that leaves', () => {
  const mark = encode('[m]')
  const [piece] = splice(() => new Uint8Array(0), [{ start: 0, end: 1, bytes: mark }], 0, 1)
  expect(piece).toEqual(mark)
  expect(piece).not.toBe(mark)
})

test('counts are told by name, in the order in which they came', () => {
  const tally = new Tally()
  tally.add(3, 'hash', 'high', true, false)
  tally.add(0, 'allow', 'low', false, true)
  const other = new Tally()
  other.add(3, 'hash', 'high', true, false)
  other.add(3, 'block', 'medium', false, false)
  tally.addAll(other)
  expect([...tally.named((rule) => `r${rule}`)]).toEqual([
    ['r3|hash|high|1', 2],
    ['r0|allow|low|0|suppressed', 1],
    ['r3|block|medium|0', 1],
  ])
})
