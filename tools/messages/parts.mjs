// A text under construction: a list of parts, each plain or a value that a policy may act on. Encoding a text encodes each part
// alone, so that after any number of encodings it is still known which bytes of the body are the value, and what an edit writes.

/**
 * A text with its values marked by hand: `⟦rule|value⟧`; `⟦rule>written|source⟧` where what is written instead is given by hand;
 * `⟦rule#|123⟧` for a number of JSON.
 */
export function marked(text) {
  const parts = []
  let at = 0
  for (const found of text.matchAll(/⟦([a-z-]+)(#?)(?:>([^|]*))?\|([^⟧]*)⟧/g)) {
    const [all, rule, number, written, source] = found
    if (found.index > at) parts.push(plain(text.slice(at, found.index)))
    parts.push({ source, rule, value: source, number: number === '#', written, marks: [] })
    at = found.index + all.length
  }
  if (at < text.length) parts.push(plain(text.slice(at)))
  return parts
}

/** A text of a corpus with the spans of the labels that a policy acts on. */
export function fromSpans(text, spans) {
  const parts = []
  let at = 0
  for (const { start, end, label } of [...spans].sort((a, b) => a.start - b.start)) {
    if (start > at) parts.push(plain(text.slice(at, start)))
    const source = text.slice(start, end)
    parts.push({ source, rule: label.replaceAll('_', '-'), value: source, number: false, marks: [] })
    at = end
  }
  if (at < text.length) parts.push(plain(text.slice(at)))
  return parts
}

function plain(source) {
  return { source, marks: [] }
}

/** Writes a text through an encoding: `source` for what is there, `mark` for what an edit writes in it. */
export function encode(parts, { source, mark }) {
  return parts.map((part) => ({ ...part, source: source(part.source), marks: [...part.marks, mark] }))
}

/** Puts texts into the holes `§` of a template. */
export function fill(template, ...texts) {
  const pieces = template.split('§')
  if (pieces.length !== texts.length + 1) throw new Error(`${pieces.length - 1} holes, ${texts.length} texts`)
  return pieces.flatMap((piece, i) => [...(piece === '' ? [] : [plain(piece)]), ...(texts[i] ?? [])])
}

export const labelOf = (rule) => rule.replaceAll('-', '_')
const typeOf = (rule) => labelOf(rule).toUpperCase()

/**
 * What an edit writes for a value, before the encodings around it. A hash is written `{{hash:TYPE:n}}`, n numbering the distinct
 * values of the message: which letters it has is the key's business.
 */
function write(part, act, numbers) {
  let text
  switch (act.action) {
    case 'redact':
    case 'block':
      text = `[redacted:${typeOf(part.rule)}]`
      break
    case 'mask': {
      const characters = [...part.value]
      text =
        '*'.repeat(Math.max(6, characters.length - act.keepLast)) + characters.slice(characters.length - act.keepLast).join('')
      break
    }
    case 'hash': {
      const key = `${part.rule}|${part.value}`
      if (!numbers.has(key)) numbers.set(key, numbers.size + 1)
      text = `{{hash:${typeOf(part.rule)}:${numbers.get(key)}}}`
      break
    }
    default:
      throw new Error(`how ${act.action} writes ${part.rule} must be given by hand`)
  }
  return part.number ? `"${text}"` : text
}

/**
 * The body, and what it becomes under a policy (`actOf(rule)`: what it does, or undefined). `upTo`: the content up to the first
 * value that blocks. Offsets are bytes of the body.
 */
export function render(parts, actOf) {
  const found = []
  const numbers = new Map()
  let body = ''
  let content = ''
  let upTo
  let at = 0
  for (const part of parts) {
    const length = Buffer.byteLength(part.source)
    const act = part.rule === undefined ? undefined : actOf(part.rule)
    let out = part.source
    if (act !== undefined) {
      out = part.written ?? part.marks.reduce((text, mark) => mark(text), write(part, act, numbers))
      found.push({ start: at, end: at + length, rule: part.rule, label: labelOf(part.rule), action: act.action, mark: out })
      if (act.action === 'block') upTo ??= content
    }
    body += part.source
    content += out
    at += length
  }
  return { body, content, upTo, found }
}
