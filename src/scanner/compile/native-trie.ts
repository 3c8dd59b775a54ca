import { FOLDED, type Sample } from './native-sample.ts'
import type { NativeSearch } from './native-searches.ts'
import type { Shape } from './native-shapes.ts'
import { classSource, sequence } from './native-source.ts'
import { Union } from './native-union.ts'
import { WINDOW } from './places.ts'

/** What must stand at the places of a window and further on. */
interface Places {
  readonly places: readonly Uint8Array[]
  readonly probes: readonly (readonly [number, Uint8Array])[]
}

/** The engine looks for long sources (20 KiB) without its skipping loop. */
const MOST_SOURCE = 20_000
const MOST_NODES = 4000

/** Does a window begin, behind a guard, with a digit, and hold what numbers are written with? */
export function isNumber({ places }: Shape): boolean {
  const [guard, first] = places
  return (
    only(guard, (b) => !isDigit(b) && !isLetter(b)) &&
    only(first, isDigit) &&
    places.slice(2, WINDOW - 1).every((set) => only(set, isOfNumber))
  )
}

const isDigit = (b: number) => b >= 0x30 && b <= 0x39
const isLetter = (b: number) => (b >= 0x41 && b <= 0x5a) || (b >= 0x61 && b <= 0x7a)
/** Digits, and what stands between them. */
const isOfNumber = (b: number) => isDigit(b) || ' -./()\t\n'.includes(String.fromCharCode(b))
const only = (set: Uint8Array, holds: (b: number) => boolean) => set.every((x, b) => x === 0 || holds(b))
const DIGITS = Uint8Array.from({ length: 256 }, (_, b) => (isDigit(b) ? 1 : 0))

/**
 * One search for windows of numbers. Behind what all of them have in common it asks of each byte once: what some windows allow at a place is told apart, the likeliest first. Digits are taken
 * for each other. Undefined where that makes too many ways; `cost` in nanoseconds a byte.
 */
export function trieSearch(shapes: readonly Shape[], group: number): { search: NativeSearch; cost: number } | undefined {
  const windows = shapes.map(({ places, probes }) => ({
    places: places.map((set) => withDigits(FOLDED.fold(set))),
    probes: probes.map(([place, set]) => [place, FOLDED.fold(set)] as const),
  }))
  const source = trieSource(windows, FOLDED)
  if (source === undefined || source.length > MOST_SOURCE) return undefined
  const buckets = shapes.reduce((bits, { bucket }) => bits | (1 << bucket), 0)
  const whole = { ...shapes[0], places: Array.from({ length: WINDOW }, (_, i) => union(windows.map(({ places }) => places[i]))) }
  // The engine skips by what is simple. What a date with a time is told from stands in front of that: many texts are full of them.
  const core = classSource(whole.places[0]) + withoutTimes(windows) + sequence(whole.places.slice(1))
  return {
    search: {
      source: `${core}(?<=(?=${source})${'[^]'.repeat(WINDOW)})`,
      length: WINDOW,
      ends: [WINDOW],
      group,
      buckets,
      folded: true,
    },
    cost: Union.of(whole, FOLDED).core.cost,
  }
}

function withDigits(set: Uint8Array): Uint8Array {
  return set.some((x, b) => x === 1 && isDigit(b)) ? set.map((x, b) => (isDigit(b) ? 1 : x)) : set
}

function union(sets: readonly Uint8Array[]): Uint8Array {
  return sets[0].map((_, b) => (sets.some((set) => set[b] === 1) ? 1 : 0))
}

function trieSource(windows: readonly Places[], sample: Sample): string | undefined {
  let nodes = 0
  const share = (set: Uint8Array) => sample.shareOf(sample.bitsOf(set), 0)
  const emit = (some: readonly Places[], depth: number): string => {
    if (nodes++ > MOST_NODES) return ''
    if (some.length === 1) return rest(some[0], depth)
    const over = some.filter(({ places }) => places.length <= depth)
    // One that is seen whole: the others tell nothing more.
    if (over.some(({ probes }) => probes.length === 0)) return ''
    const longer = some.filter(({ places }) => places.length > depth)
    const kinds = new Map<string, { set: Uint8Array; windows: Places[] }>()
    for (let b = 0; b < 256; b++) {
      const allowed = longer.filter(({ places }) => places[depth][b] === 1)
      if (allowed.length === 0) continue
      const key = allowed.map((one) => longer.indexOf(one)).join()
      let kind = kinds.get(key)
      if (kind === undefined) kinds.set(key, (kind = { set: new Uint8Array(256), windows: allowed }))
      kind.set[b] = 1
    }
    const sorted = [...kinds.values()].sort((a, b) => share(b.set) - share(a.set))
    const ways = sorted.map((kind) => classSource(kind.set) + emit(kind.windows, depth + 1))
    ways.push(...over.map((one) => rest(one, depth)))
    return ways.length === 1 ? ways[0] : `(?:${ways.join('|')})`
  }
  const source = emit(windows, 0)
  return nodes > MOST_NODES ? undefined : source
}

/** Refuses, behind a guard, a date with a time; nothing where that is the begin of a window. */
function withoutTimes(windows: readonly Places[]): string {
  const time = [...'0000-00-00t'].map((c) => (c === '0' ? DIGITS : DIGITS.map((_, b) => (b === c.charCodeAt(0) ? 1 : 0))))
  const isNone = windows.every(({ places }) =>
    time.some((set, i) => i + 1 < places.length && !set.some((x, b) => x === 1 && places[i + 1][b] === 1)),
  )
  return isNone ? `(?!${sequence(time)})` : ''
}

/** What a window asks from a place on, and of what is further. */
function rest({ places, probes }: Places, depth: number): string {
  const at = Math.max(depth, places.length)
  const refused = probes.map(([place, set]) => `(?!${`[^]{${place - at}}`}${classSource(set.map((x) => x ^ 1))})`)
  return sequence(places.slice(depth)) + refused.join('')
}
