/** Helpers of error texts: how an option is named, and what the author probably meant. Used at construction only. */

/** `policy` + ['request', 'identity/us', 'mask'] → `policy.request["identity/us"].mask`; array indexes as `[0]`. */
export function optionPath(keys: readonly (string | number)[]): string {
  let path = 'policy'
  for (const key of keys) {
    if (typeof key === 'number') path += `[${key}]`
    else path += /^[A-Za-z_$][\w$]{0,63}$/.test(key) ? `.${key}` : `[${JSON.stringify(key.slice(0, 64))}]`
  }
  return path
}

/** Levenshtein distance. Inputs are cut to 64 characters, so the work is bounded. */
export function editDistance(a: string, b: string): number {
  a = a.slice(0, 64)
  b = b.slice(0, 64)
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]
}

/** The known word nearest to `word`, or undefined when none is near (more than a third of its letters differ, and more than 2). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** ` Did you mean "x"?`, ` Known: a, b, c.`, or both; '' when nothing is known. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return ` Did you mean ${JSON.stringify(near)}?`
  return known.length > 0 && known.length <= 24 ? ` Known: ${known.join(', ')}.` : ''
}
