/**
 * Sources of regular expressions over bytes, for text that a decoder of windows-1252 has made of them: a character a byte. The thirty-two bytes from 0x80 on are other characters there, and
 * some decoders of that name leave them as they are; each class names both, of which no two bytes share one.
 */
const OF_80 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178'

function character(code: number): string {
  const plain = String.fromCharCode(code)
  if (/[0-9A-Za-z !"#%&',:;<=>@_`~]/.test(plain)) return plain
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** A class of bytes; the larger half by what it leaves out. */
export function classSource(set: Uint8Array): string {
  const count = set.reduce((sum, x) => sum + x, 0)
  if (count === 256) return '[^]'
  const listed = count > 128 ? 0 : 1
  let source = ''
  let last = -1
  for (let byte = 0; byte < 256; byte++) {
    if (set[byte] !== listed) continue
    last = byte
    let to = byte
    while (to < 255 && set[to + 1] === listed) to++
    source +=
      to - byte > 1 ? `${character(byte)}-${character(to)}` : byte === to ? character(byte) : character(byte) + character(to)
    for (let b = Math.max(byte, 0x80); b <= Math.min(to, 0x9f); b++) {
      const code = OF_80.charCodeAt(b - 0x80)
      if (code !== b) source += character(code)
    }
    byte = to
  }
  // Long sources are not made fast by the engine.
  if (source === '0-9') return listed === 1 ? '\\d' : '\\D'
  if (source === '0-9A-Z_a-z') return listed === 1 ? '\\w' : '\\W'
  if (listed === 1 && last >= 0 && count === 1 && source === character(last)) return source
  return listed === 1 ? `[${source}]` : `[^${source}]`
}

/** One class after the other, written out: engines skip by what is written out, and not by what is counted. */
export function sequence(sets: readonly Uint8Array[]): string {
  return sets.map(classSource).join('')
}

/** Steps from one byte outside the class to the last one outside it among the next `length`, as long as there is one. */
export function runSource(set: Uint8Array, length: number): string {
  const outside = classSource(set.map((x) => x ^ 1))
  return `(?:${Array.from({ length }, (_, i) => '[^]'.repeat(length - 1 - i) + outside).join('|')})*`
}
