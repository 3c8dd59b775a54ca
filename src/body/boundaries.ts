const PARAMETER = /boundary(\*(?:\d{1,3}\*?)?)?[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^;\s]*))/gi

/** More are no honest header. */
const MAX_BOUNDARIES = 8
const MAX_HEADER = 4096

/**
 * Every boundary that a Content-Type header may mean, in its order (RFC 2046 section 5.1.1): of several parameters each, since readers
 * differ on which one counts; quoted or bare; extended or in pieces (RFC 2231); a bare one with a comma in it both ways.
 */
export function boundariesOf(header: string): readonly string[] {
  const found = new Set<string>()
  const pieces: string[] = []
  for (const [, marks = '', quoted, bare] of header.slice(0, MAX_HEADER).matchAll(PARAMETER)) {
    const value = quoted === undefined ? unescapeExtended(bare, marks) : quoted.replace(/\\(.)/g, '$1')
    if (/^\*\d/.test(marks)) pieces.push(value)
    else {
      found.add(value)
      if (quoted === undefined && value.includes(',')) found.add(value.slice(0, value.indexOf(',')))
    }
  }
  if (pieces.length > 0) found.add(pieces.join(''))
  found.delete('')
  return [...found].slice(0, MAX_BOUNDARIES)
}

/** An extended value without its charset and language, its percent triplets undone. */
function unescapeExtended(value: string, marks: string): string {
  if (!marks.endsWith('*')) return value
  const text = value.replace(/^[\w-]*'[\w-]*'/, '')
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** The boundary that a delimiter line names; '' when it is none. */
export function boundaryOfLine(line: string): string {
  return line.startsWith('--') ? line.slice(2).trimEnd() : ''
}
