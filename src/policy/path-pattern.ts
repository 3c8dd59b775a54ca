/**
 * Path patterns of routes. `*` matches any run of characters, `/` included (also none); `:name` matches one whole, non-empty
 * segment; everything else stands for itself, case-sensitive.
 *
 * Path and pattern are compared in one normal form (RFC 3986, 6.2.2): escapes of unreserved characters decoded, the hex of
 * other escapes in upper case, dot segments removed, and (as most servers do) empty segments too, so that neither
 * `/%61dmin/x/../y` nor `//admin/y` dodges a route for `/admin/*`. An escaped `/` stays different.
 * Matching walks a set of pattern positions: one pass, at most `pattern length` steps a character, no backtracking.
 */

const unreserved = new Uint8Array(128)
for (const c of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') unreserved[c.charCodeAt(0)] = 1

function hex(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

function normalEscapes(path: string): string {
  let out = ''
  let from = 0
  for (let i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
    const high = hex(path.charCodeAt(i + 1))
    const low = hex(path.charCodeAt(i + 2))
    if (high < 0 || low < 0) {
      // No escape: written as the escaped `%`, so that what is decoded behind it cannot make it one.
      out += `${path.slice(from, i)}%25`
      from = i + 1
      continue
    }
    const code = high * 16 + low
    out += path.slice(from, i) + (code < 128 && unreserved[code] ? String.fromCharCode(code) : path.slice(i, i + 3).toUpperCase())
    from = i + 3
    i += 2
  }
  return out + path.slice(from)
}

function withoutDotSegments(path: string): string {
  if (!path.includes('/.') && !path.includes('//')) return path
  const out: string[] = []
  const segments = path.split('/')
  for (let i = 1; i < segments.length; i++) {
    const last = i === segments.length - 1
    if (segments[i] === '.' || segments[i] === '..') {
      if (segments[i] === '..') out.pop()
      if (last) out.push('')
    } else if (segments[i] !== '' || last) out.push(segments[i])
  }
  return `/${out.join('/')}`
}

function escaped(text: string): string {
  let out = ''
  for (const character of text) {
    if (character.charCodeAt(0) < 128) out += character
    else for (const byte of new TextEncoder().encode(character)) out += `%${byte.toString(16).toUpperCase()}`
  }
  return out
}

/** The form in which paths are compared: `/a/./b%2d%c3` → `/a/b-%C3`. An empty path is `/`. */
export function normalPath(path: string): string {
  if (path === '') return '/'
  let plain = true
  for (let i = 0; i < path.length && plain; i++) plain = path.charCodeAt(i) < 128
  const text = normalEscapes(plain ? path : escaped(path))
  return text.charCodeAt(0) === 0x2f ? withoutDotSegments(text) : text
}

// Pattern positions: a character code, or one of these.
const ANY = -1 // `*`: stays on any character, is skipped for free
const ONE = -2 // first character of a segment
const MORE = -3 // further ones: stays on any but `/`, is skipped for free

/** What is wrong with a pattern, in a few words, or undefined. */
export function badPathPattern(pattern: string): string | undefined {
  if (pattern[0] !== '/' && pattern[0] !== '*') return 'start'
  if (/[?#\s]/.test(pattern)) return 'character'
  for (const segment of pattern.split('/')) {
    if (segment.includes(':') && !/^:[A-Za-z]\w{0,63}$/.test(segment)) return 'name'
  }
  return undefined
}

/** Compiles a pattern that `badPathPattern` finds nothing wrong with. The test takes paths in normal form. */
export function compilePathPattern(pattern: string): (path: string) => boolean {
  const literal = !pattern.includes('*') && !pattern.includes(':')
  const text = normalPath(pattern)
  if (literal) return (path) => path === text
  const steps: number[] = []
  text.split('/').forEach((segment, i) => {
    if (i > 0) steps.push(0x2f)
    if (segment[0] === ':') steps.push(ONE, MORE)
    else for (let k = 0; k < segment.length; k++) steps.push(segment[k] === '*' ? ANY : segment.charCodeAt(k))
  })
  if (steps.indexOf(ANY) === steps.length - 1 && !steps.includes(ONE)) {
    const start = text.slice(0, -1)
    return (path) => path.startsWith(start)
  }
  return (path) => walk(steps, path)
}

function walk(steps: readonly number[], path: string): boolean {
  const end = steps.length
  let now = new Uint8Array(end + 1)
  let next = new Uint8Array(end + 1)
  now[0] = 1
  for (let i = 0; i < path.length; i++) {
    const code = path.charCodeAt(i)
    let alive = false
    next.fill(0)
    for (let at = 0; at < end; at++) {
      if (now[at] === 0) continue
      const step = steps[at]
      if (step === ANY || step === MORE) now[at + 1] = 1
      if (step === ANY || (step === MORE && code !== 0x2f)) next[at] = 1
      else if (step === code || (step === ONE && code !== 0x2f)) next[at + 1] = 1
      else continue
      alive = true
    }
    if (!alive) return false
    const swap = now
    now = next
    next = swap
  }
  for (let at = 0; at < end; at++) if (now[at] && (steps[at] === ANY || steps[at] === MORE)) now[at + 1] = 1
  return now[end] === 1
}
