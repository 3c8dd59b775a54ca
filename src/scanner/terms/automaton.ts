/**
 * A minimal automaton without cycles: words that begin alike share the states of that beginning, words that end alike those of that ending.
 *
 * A state is where its edges begin in `edges`, in ascending order of their bytes, the last of them marked; 0 where nothing follows. An edge is its byte, the marks,
 * and the state it leads to: `state << STATE_SHIFT | ACCEPT? | LAST? | byte`. That a word ends stands at the edge, so that states differ by what follows alone.
 */
export interface Automaton {
  /** By first byte of a word its edge, else 0. */
  readonly first: Int32Array
  readonly edges: Int32Array
}

export const LAST = 0x100
export const ACCEPT = 0x200
export const STATE_SHIFT = 10
/** Most edges; there are no more than bytes in the words. */
export const MAX_EDGES = 1 << (32 - STATE_SHIFT)

/**
 * Of words in ascending order of their bytes, each once, none empty, none longer than `longest`; their bytes less than MAX_EDGES in all (Daciuk, Mihov, Watson and
 * Watson, 2000). What no later word can change is compared with the states there are and joined with an equal one, so no more is ever held than the answer and one word.
 */
export function buildAutomaton(words: readonly Uint8Array[], longest: number): Automaton {
  let bytes = 0
  for (const word of words) bytes += word.length
  const edges = new Int32Array(bytes + 1)
  let used = 1
  const known = new Int32Array(1 << Math.ceil(Math.log2(bytes + 1)))

  // The edges along the word at hand, which are not settled yet, by depth; 1 where a word ends.
  const open = new Int32Array((longest + 1) * 256)
  const counts = new Int32Array(longest + 1)
  const ends = new Uint8Array(longest + 1)

  /** The state at `depth` of the word at hand, for good: one that is there already, or a new one. */
  const settle = (depth: number): number => {
    const count = counts[depth]
    if (count === 0) return 0
    const from = depth << 8
    open[from + count - 1] |= LAST
    counts[depth] = 0
    let hash = 0x9e3779b1
    for (let i = from; i < from + count; i++) hash = Math.imul(hash ^ open[i], 0x85ebca6b) ^ (hash >>> 13)
    let slot = Math.imul(hash ^ (hash >>> 16), 0x9e3779b1) & (known.length - 1)
    for (; known[slot] !== 0; slot = (slot + 1) & (known.length - 1)) {
      const state = known[slot]
      let i = 0
      while (i < count && edges[state + i] === open[from + i]) i++
      if (i === count) return state
    }
    known[slot] = used
    for (let i = from; i < from + count; i++) edges[used++] = open[i]
    return known[slot]
  }

  let last = words[0].subarray(0, 0)
  const settleDownTo = (depth: number) => {
    for (let d = last.length; d > depth; d--) {
      open[((d - 1) << 8) + counts[d - 1]++] = (settle(d) << STATE_SHIFT) | (ends[d] === 1 ? ACCEPT : 0) | last[d - 1]
      ends[d] = 0
    }
  }
  for (const word of words) {
    let common = 0
    while (common < last.length && common < word.length && last[common] === word[common]) common++
    settleDownTo(common)
    ends[word.length] = 1
    last = word
  }
  settleDownTo(0)
  const first = new Int32Array(256)
  for (const edge of open.subarray(0, counts[0])) first[edge & 0xff] = edge
  return { first, edges: edges.slice(0, used) }
}
