import { BYTE_FREQUENCY } from './byte-frequency.ts'
import { TEXT_END, TEXT_START, VALUES, WINDOW } from './places.ts'
import type { WindowSets } from './window.ts'

/** Values of the text fall into at most 64 classes, those that hardly any window tells apart together. */
export const CLASS_BITS = 6
export const CLASSES = 1 << CLASS_BITS

interface Kind {
  readonly values: number[]
  /** A bit for each window and offset that allows the values. */
  readonly bits: Uint32Array
  weight: number
}

/**
 * Value → class. Values that every window treats alike are one class; where that leaves more than 64, those are joined of which
 * it costs least: how often a value will pass where it did not.
 */
export function classesOf(windows: readonly WindowSets[]): Uint8Array {
  const kinds = kindsOf(windows)
  // Rows of the lower triangle, and of each row where its least is.
  const costs = kinds.length > CLASSES ? kinds.map((x, i) => kinds.slice(0, i).map((y) => joinCost(x, y))) : []
  while (kinds.length > CLASSES) {
    let [a, b] = [1, 0]
    for (let i = 1; i < kinds.length; i++) {
      const row = costs[i]
      for (let j = 0; j < i; j++) if (row[j] < costs[a][b]) [a, b] = [i, j]
    }
    const one = kinds[b]
    const [other] = kinds.splice(a, 1)
    costs.splice(a, 1)
    for (let i = a; i < costs.length; i++) costs[i].splice(a, 1)
    one.values.push(...other.values)
    for (let i = 0; i < one.bits.length; i++) one.bits[i] |= other.bits[i]
    one.weight += other.weight
    for (let i = 0; i < kinds.length; i++) if (i !== b) costs[Math.max(i, b)][Math.min(i, b)] = joinCost(kinds[i], one)
  }
  const classOf = new Uint8Array(VALUES)
  kinds.forEach(({ values }, index) => {
    for (const value of values) classOf[value] = index
  })
  return classOf
}

function kindsOf(windows: readonly WindowSets[]): Kind[] {
  const words = Math.ceil((windows.length * WINDOW) / 32)
  const known = new Map<string, Kind>()
  for (let value = 0; value < VALUES; value++) {
    const bits = new Uint32Array(words)
    windows.forEach((window, i) => {
      for (let offset = 0; offset < WINDOW; offset++) {
        const bit = i * WINDOW + offset
        if (window[offset][value]) bits[bit >> 5] |= 1 << (bit & 31)
      }
    })
    const key = bits.join()
    const kind = known.get(key) ?? { values: [], bits, weight: 0 }
    kind.values.push(value)
    // The edges of the text are rare, but a class of them keeps guards exact there.
    kind.weight += value === TEXT_START || value === TEXT_END ? 1 : BYTE_FREQUENCY[value]
    known.set(key, kind)
  }
  return [...known.values()]
}

function joinCost(x: Kind, y: Kind): number {
  let cost = 0
  for (let i = 0; i < x.bits.length; i++) {
    const a = x.bits[i]
    const b = y.bits[i]
    if (a !== b) cost += y.weight * bitCount(a & ~b) + x.weight * bitCount(b & ~a)
  }
  return cost
}

function bitCount(word: number): number {
  let x = word - ((word >>> 1) & 0x55555555)
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333)
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
