// Writes src/formats/transfer/charset-data.ts: what the bytes of charsets beside UTF-8 say.
//   node tools/write-charsets.ts           writes it
//   node tools/write-charsets.ts --check   writes nothing; exit 1 when it is out of date
//
// Source: the decoders of the Node that runs this, which are those of the WHATWG Encoding standard. Not every runtime has them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DOUBLE_BYTE_CHARSETS, SINGLE_BYTE_CHARSETS } from '../src/core/charsets.ts'
import { foldScalar } from '../src/views/fold.ts'

const file = join(fileURLToPath(new URL('..', import.meta.url)), 'src/formats/transfer/charset-data.ts')
const upper = Uint8Array.from({ length: 128 }, (_, i) => 0x80 + i)

const escaped = (text: string) =>
  text.replace(/[\u0080-\u00a0\u00ad\ufffd]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Runs `distance count scalar` of pairs that read as ASCII, or as a letter like one of ours. */
function pairsOf(charset: string): string {
  const decoder = new TextDecoder(charset)
  const found: [pair: number, scalar: number][] = []
  for (let pair = 0x8140; pair <= 0xfefe; pair++) {
    const characters = [...decoder.decode(Uint8Array.of(pair >> 8, pair & 255))]
    const scalar = characters[0].codePointAt(0)!
    if (characters.length === 1 && scalar >= 0x80 && foldScalar(scalar) !== 0) found.push([pair, scalar])
  }
  const runs: string[] = []
  let end = 0
  for (let i = 0; i < found.length; ) {
    const [pair, scalar] = found[i]
    let count = 1
    while (i + count < found.length && found[i + count][0] === pair + count && found[i + count][1] === scalar + count) count++
    runs.push([pair - end, count, scalar].map((number) => number.toString(36)).join(' '))
    end = pair + count
    i += count
  }
  return runs.join(',')
}

function source(): string {
  const tables = SINGLE_BYTE_CHARSETS.map(
    (charset) => `  '${charset}':\n    '${escaped(new TextDecoder(charset).decode(upper)).replace(/'/g, "\\'")}',`,
  )
  const pairs = DOUBLE_BYTE_CHARSETS.map((charset) => {
    const lines: string[] = []
    const runs = pairsOf(charset)
    for (let at = 0; at < runs.length; at += 118) lines.push(`    '${runs.slice(at, at + 118)}'`)
    return `  '${charset}':\n${lines.join(' +\n')},`
  })
  return `// Written by tools/write-charsets.ts (npm run build:charsets). Do not edit.
import type { DoubleByteCharset, SingleByteCharset } from '../../core/charsets.ts'

/** The characters of the bytes 0x80 to 0xFF. */
export const UPPER_HALVES: Readonly<Record<SingleByteCharset, string>> = {
${tables.join('\n')}
}

/** Pairs of bytes that read as an ASCII character or look like one: runs \`distance count scalar\`, base 36, comma between. */
export const ASCII_LIKE_PAIRS: Readonly<Record<DoubleByteCharset, string>> = {
${pairs.join('\n')}
}
`
}

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== source()) {
    console.error('src/formats/transfer/charset-data.ts is out of date: npm run build:charsets')
    process.exit(1)
  }
} else writeFileSync(file, source())
