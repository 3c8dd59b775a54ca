import type { Random } from '../support/random.ts'

/** Bytes at which programs go wrong. */
const ODD = [0, 1, 9, 10, 13, 32, 34, 37, 38, 39, 45, 60, 61, 92, 127, 128, 0xbf, 0xc0, 0xd8, 0xef, 0xf4, 0xfe, 0xff]

function splice(input: Uint8Array, from: number, to: number, put: Uint8Array): Uint8Array {
  const out = new Uint8Array(input.length - (to - from) + put.length)
  out.set(input.subarray(0, from))
  out.set(put, from)
  out.set(input.subarray(to), from + put.length)
  return out
}

/** A run of the input: short ones mostly. */
function run(input: Uint8Array, random: Random): [from: number, to: number] {
  const from = random.int(0, input.length)
  return [from, Math.min(input.length, from + (random.chance(0.7) ? random.int(1, 8) : random.int(1, input.length + 1)))]
}

type Mutation = (input: Uint8Array, random: Random, words: readonly Uint8Array[], other: Uint8Array) => Uint8Array

const NONE = new Uint8Array(0)

const MUTATIONS: readonly Mutation[] = [
  // a word goes in, or takes the place of something
  (input, random, words) => {
    const at = random.int(0, input.length)
    return splice(input, at, at, random.pick(words))
  },
  (input, random, words) => splice(input, ...run(input, random), random.pick(words)),
  // a word before and another one behind a run: structure is opened and closed
  (input, random, words) => {
    const [from, to] = run(input, random)
    return splice(splice(input, to, to, random.pick(words)), from, from, random.pick(words))
  },
  (input, random) => splice(input, ...run(input, random), NONE),
  // a run stands twice, here or elsewhere
  (input, random) => {
    const [from, to] = run(input, random)
    const at = random.chance(0.5) ? to : random.int(0, input.length)
    return splice(input, at, at, input.slice(from, to))
  },
  (input, random) => {
    if (input.length === 0) return input
    const out = input.slice()
    const at = random.int(0, out.length - 1)
    out[at] = random.chance(0.5) ? out[at] ^ (1 << random.int(0, 7)) : random.pick(ODD)
    return out
  },
  (input, random) =>
    splice(input, ...run(input, random), Uint8Array.of(random.chance(0.5) ? random.int(32, 126) : random.int(0, 255))),
  // the end is lost
  (input, random) => input.subarray(0, random.int(0, input.length)),
  // a part of another input
  (input, random, _, other) => {
    const [from, to] = run(other, random)
    return splice(input, ...run(input, random), other.subarray(from, to))
  },
  // a character many times
  (input, random) => {
    const at = random.int(0, input.length)
    const byte = input.length > 0 && random.chance(0.7) ? input[Math.min(at, input.length - 1)] : random.pick(ODD)
    return splice(input, at, at, new Uint8Array(random.int(2, 40)).fill(byte))
  },
]

/** Another input made of this one, one to several changes away, `maxBytes` at most. */
export function mutate(
  input: Uint8Array,
  random: Random,
  words: readonly Uint8Array[],
  other: Uint8Array,
  maxBytes: number,
): Uint8Array {
  let out = input
  do out = random.pick(MUTATIONS)(out, random, words, other)
  while (random.chance(0.45))
  return out.length > maxBytes ? out.slice(0, maxBytes) : out
}
