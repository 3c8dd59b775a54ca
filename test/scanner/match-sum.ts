import { expect } from 'vitest'
import type { Candidate } from '../../src/core/words.ts'
import type { ScanSession } from '../../src/scanner/kernel.ts'
import { referenceMatches } from './reference.ts'

/** A number of all matches, whatever their order. */
export class Sum {
  #sum = 0
  #count = 0

  add(rule: number, start: number, end: number): void {
    let x = Math.imul(rule + 1, 0x9e3779b1) ^ Math.imul(start + 1, 0x85ebca6b) ^ Math.imul(end + 1, 0xc2b2ae35)
    x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d)
    x = Math.imul(x ^ (x >>> 12), 0x297a2d39)
    this.#sum = (this.#sum + (x ^ (x >>> 15))) | 0
    this.#count++
  }

  addAll(candidates: readonly Candidate[], shift = 0): void {
    for (const { rule, start, end } of candidates) this.add(rule, start - shift, end - shift)
  }

  get count(): number {
    return this.#count
  }

  get value(): number {
    return this.#sum * 65_536 + this.#count
  }
}

/** Of what the reference finds for each pattern, the rule being its index. */
export function expectedSum(sources: readonly string[], text: Uint8Array): Sum {
  const sum = new Sum()
  sources.forEach((source, rule) => {
    for (const { start, end } of referenceMatches(source, text)) sum.add(rule, start, end)
  })
  return sum
}

/** Where they differ, said match by match. */
export function explain(
  kernel: string,
  sources: readonly string[],
  text: Uint8Array,
  pieces: readonly Uint8Array[],
  open: () => ScanSession,
  shift = 0,
) {
  const session = open()
  const got = pieces.flatMap((piece, i) => [...session.feed(piece, i === pieces.length - 1).candidates])
  const want = sources.flatMap((source, rule) =>
    referenceMatches(source, text).map(({ start, end }) => `${source} ${rule}:${start}-${end}`),
  )
  expect({
    kernel,
    pieces: pieces.map((piece) => new TextDecoder().decode(piece)),
    got: got.map(({ rule, start, end }) => `${sources[rule]} ${rule}:${start - shift}-${end - shift}`).sort(),
  }).toEqual({ kernel, pieces: expect.anything(), got: want.sort() })
}
