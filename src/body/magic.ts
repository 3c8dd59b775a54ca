/** First bytes of the binary families (WHATWG MIME sniffing standard, section 6, and the formats' own definitions): offset, bytes, family. */
const MAGIC: readonly (readonly [number, string, string])[] = [
  [0, '89504e470d0a1a0a', 'image'],
  [0, 'ffd8ff', 'image'],
  [0, '474946383761', 'image'],
  [0, '474946383961', 'image'],
  [0, '49492a00', 'image'],
  [0, '4d4d002a', 'image'],
  [0, '00000100', 'image'],
  [0, '00000200', 'image'],
  [0, '494433', 'audio'],
  [0, '664c6143', 'audio'],
  [0, '4f67675300', 'audio'],
  [0, '4d546864', 'audio'],
  [0, '1a45dfa3', 'video'],
  [0, '774f4646', 'font'],
  [0, '774f4632', 'font'],
  [0, '00010000', 'font'],
  [0, '4f54544f', 'font'],
  [0, '74746366', 'font'],
  [0, '504b0304', 'archive'],
  [0, '504b0506', 'archive'],
  [0, '1f8b08', 'archive'],
  [0, '425a68', 'archive'],
  [0, 'fd377a585a00', 'archive'],
  [0, '377abcaf271c', 'archive'],
  [0, '526172211a07', 'archive'],
  [0, '28b52ffd', 'archive'],
  [0, '255044462d', 'pdf'],
  [0, '0061736d', 'wasm'],
]

const TABLE = MAGIC.map(([offset, hex, family]) => ({
  offset,
  family,
  bytes: hex.match(/../g)!.map((pair) => Number.parseInt(pair, 16)),
}))

/** The binary family whose magic number the first bytes bear; '' if none. Text never bears one: each holds a byte that text has not, or is looked at twice. */
export function sniffBinary(head: Uint8Array): string {
  for (const { offset, family, bytes } of TABLE) if (matches(head, offset, bytes)) return confirmed(head, family) ? family : ''
  if (ascii(head, 0, 'RIFF'))
    return ascii(head, 8, 'WAVE') ? 'audio' : ascii(head, 8, 'WEBP') ? 'image' : ascii(head, 8, 'AVI ') ? 'video' : ''
  if (ascii(head, 4, 'ftyp'))
    return ascii(head, 8, 'avif') || ascii(head, 8, 'heic') || ascii(head, 8, 'mif1')
      ? 'image'
      : ascii(head, 8, 'M4A')
        ? 'audio'
        : 'video'
  if (ascii(head, 0, 'BM') && head.length > 14 && head[6] === 0 && head[7] === 0) return 'image'
  if (head.length > 3 && head[0] === 0xff && (head[1] & 0xe0) === 0xe0 && (head[1] & 0x18) !== 0x08 && (head[1] & 6) !== 0)
    return 'audio'
  return ''
}

/** Magic numbers of plain letters (`ID3`, `BZh`, `MThd`) are believed only with a byte behind them that no text has. */
function confirmed(head: Uint8Array, family: string): boolean {
  if (family === 'pdf') return true
  for (let i = 0; i < Math.min(head.length, 64); i++)
    if (head[i] < 9 || (head[i] > 13 && head[i] < 32 && head[i] !== 27) || head[i] >= 0x80) return true
  return false
}

function matches(head: Uint8Array, offset: number, bytes: readonly number[]): boolean {
  return head.length >= offset + bytes.length && bytes.every((byte, i) => head[offset + i] === byte)
}

function ascii(head: Uint8Array, offset: number, text: string): boolean {
  return head.length >= offset + text.length && [...text].every((char, i) => head[offset + i] === char.charCodeAt(0))
}
