import { byteText } from './keyed-budget.ts'
import type { Keyer } from './transform.ts'

/** Digests remembered a message; beyond, the oldest is forgotten and computed again. */
const MAX_DIGESTS = 512
/** Values longer than this are not remembered. */
const MAX_VALUE_BYTES = 256

/**
 * A keyer for one message: equal values are computed once, within a batch and from batch to batch. So a body that repeats one
 * value a million times costs one HMAC, as the budget counts it. Memory is bounded (about 300 KiB at the worst).
 */
export function distinctKeyer(keyer: Keyer): Keyer {
  const known = new Map<string, Uint8Array>()
  return {
    id: keyer.id,
    async digest(values) {
      const out: Uint8Array[] = new Array(values.length)
      const asked = new Map<string, number[]>()
      values.forEach((value, i) => {
        // A long value is told from others of the batch by its place: it is computed each time.
        const name = value.length <= MAX_VALUE_BYTES ? byteText(value) : `#${i}`.padEnd(MAX_VALUE_BYTES + 1)
        const digest = known.get(name)
        if (digest !== undefined) out[i] = digest
        else {
          const places = asked.get(name)
          if (places === undefined) asked.set(name, [i])
          else places.push(i)
        }
      })
      if (asked.size === 0) return out
      const digests = await keyer.digest([...asked.values()].map((places) => values[places[0]]))
      let at = 0
      for (const [name, places] of asked) {
        const digest = digests[at++]
        for (const place of places) out[place] = digest
        if (name.length > MAX_VALUE_BYTES) continue
        known.set(name, digest)
        if (known.size > MAX_DIGESTS) known.delete(known.keys().next().value!)
      }
      return out
    },
  }
}
