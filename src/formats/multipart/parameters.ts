/** `name*0=`, `name*1*=` (RFC 2231 sections 3 and 4.1). */
const PIECE = /^[ \t]*([\w!#$&+.^`|~-]{1,64})\*([0-9]{1,3})(\*?)[ \t]*=[ \t]*/

interface Pieces {
  readonly name: string
  extended: boolean
  readonly texts: string[]
}

/**
 * A header value as a receiver has it who joins the pieces of its parameters (`filename*0="41"; filename*1="11"`) and takes `\\4` in a quoted
 * string for `4`. Pieces are written as one parameter, where the first of them stands.
 */
export function joinParameters(value: string): string {
  const found = new Map<string, Pieces>()
  const out: (string | Pieces)[] = []
  for (const parameter of splitParameters(value)) {
    const piece = PIECE.exec(parameter)
    if (piece === null) {
      out.push(parameter.includes('"') ? parameter.replace(/\\([0-9A-Za-z])/g, '$1') : parameter)
      continue
    }
    const name = piece[1].toLowerCase()
    let pieces = found.get(name)
    if (pieces === undefined) {
      pieces = { name: piece[1], extended: false, texts: [] }
      found.set(name, pieces)
      out.push(pieces)
    }
    if (piece[3] !== '') pieces.extended = true
    pieces.texts[Number(piece[2])] ??= unquoted(parameter.slice(piece[0].length))
  }
  return out.map((part) => (typeof part === 'string' ? part : written(part))).join(';')
}

function written({ name, extended, texts }: Pieces): string {
  const text = texts.filter((piece) => piece !== undefined).join('')
  return extended ? ` ${name}*=${text}` : ` ${name}="${text.replace(/["\\]/g, '\\$&')}"`
}

function unquoted(text: string): string {
  const trimmed = text.trim()
  return trimmed.startsWith('"') ? trimmed.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : trimmed
}

/** Splits at semicolons outside of quoted strings. */
function splitParameters(value: string): string[] {
  const out: string[] = []
  let from = 0
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const character = value[i]
    if (quoted && character === '\\') i++
    else if (character === '"') quoted = !quoted
    else if (character === ';' && !quoted) {
      out.push(value.slice(from, i))
      from = i + 1
    }
  }
  out.push(value.slice(from))
  return out
}
