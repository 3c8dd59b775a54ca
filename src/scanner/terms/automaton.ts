/**
 * A minimal automaton without cycles: words that begin alike share the states of that beginning, words that end alike those of that ending. State 0 is dead.
 * The bytes of state s stand in ascending order in `edges`, from `from[s]` to `from[s + 1]`: `target << 8 | byte`.
 */
export interface Automaton {
  readonly start: number
  readonly from: Int32Array
  readonly edges: Int32Array
  /** 1: a word ends here. */
  readonly accept: Uint8Array
}

/**
 * Of words in ascending order of their bytes, each once, none empty, none longer than `longest`, 2^23 bytes at most (Daciuk, Mihov, Watson and Watson, 2000). What no later word can
 * change is compared with the states there are and joined with an equal one, so no more is ever held than the answer and one word.
 */
export function buildAutomaton(words: readonly Uint8Array[], longest: number): Automaton {
  let bytes = 0
  for (const word of words) bytes += word.length
  const from = new Int32Array(bytes + 3)
  const edges = new Int32Array(bytes)
  const accept = new Uint8Array(bytes + 2)
  const known = new Int32Array(2 << Math.ceil(Math.log2(bytes + 2)))
  let states = 1

  // The states along the word at hand, which are not settled yet.
  const open = new Int32Array((longest + 1) * 256)
  const counts = new Int32Array(longest + 1)
  const ends = new Uint8Array(longest + 1)

  /** The state at `depth` of the word at hand, for good: one that is there already, or a new one. */
  const settle = (depth: number): number => {
    const first = depth << 8
    const count = counts[depth]
    let hash = ends[depth] + 0x9e3779b1
    for (let i = 0; i < count; i++) hash = Math.imul(hash ^ open[first + i], 0x85ebca6b) ^ (hash >>> 13)
    let slot = Math.imul(hash ^ (hash >>> 16), 0x9e3779b1) & (known.length - 1)
    for (; known[slot] !== 0; slot = (slot + 1) & (known.length - 1)) {
      const state = known[slot]
      if (accept[state] !== ends[depth] || from[state + 1] - from[state] !== count) continue
      let i = 0
      while (i < count && edges[from[state] + i] === open[first + i]) i++
      if (i === count) break
    }
    if (known[slot] === 0) {
      known[slot] = states
      accept[states] = ends[depth]
      edges.set(open.subarray(first, first + count), from[states])
      from[states + 1] = from[states] + count
      states++
    }
    counts[depth] = 0
    ends[depth] = 0
    return known[slot]
  }

  let last = new Uint8Array(0)
  const settleDownTo = (depth: number) => {
    for (let d = last.length; d > depth; d--) {
      const state = settle(d)
      open[((d - 1) << 8) + counts[d - 1]++] = (state << 8) | last[d - 1]
    }
  }
  for (const word of words) {
    let common = 0
    while (common < last.length && common < word.length && last[common] === word[common]) common++
    settleDownTo(common)
    ends[word.length] = 1
    last = word as Uint8Array<ArrayBuffer>
  }
  settleDownTo(0)
  const start = settle(0)
  return { start, from: from.slice(0, states + 1), edges: edges.slice(0, from[states]), accept: accept.slice(0, states) }
}
