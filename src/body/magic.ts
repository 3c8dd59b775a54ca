/**
 * Magic numbers of the binary families (WHATWG MIME Sniffing standard, section 6, and the formats' own definitions). Only the first
 * 64 bytes are looked at, so that the answer does not depend on how much of a body has arrived; tar, whose mark stands at
 * byte 257, is therefore not known. What text could begin with is left out, or confirmed by what follows it.
 */
const HEAD = 64

/** Offset 0: hex digits, family. `..` is any byte. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['89504e470d0a1a0a', 'image'], // PNG
  ['ffd8ff', 'image'], // JPEG
  ['474946383761', 'image'], // GIF87a
  ['474946383961', 'image'], // GIF89a
  ['52494646........57454250', 'image'], // RIFF, WEBP
  ['49492a00', 'image'], // TIFF
  ['4d4d002a', 'image'],
  ['00000100', 'image'], // ICO
  ['00000200', 'image'], // CUR
  ['424d........00000000', 'image'], // BMP: its reserved fields are zero
  ['........667479706d696631', 'image'], // ftyp mif1, heic, heix, avif, avis
  ['........6674797068656963', 'image'],
  ['........6674797068656978', 'image'],
  ['........6674797061766966', 'image'],
  ['........6674797061766973', 'image'],
  ['........667479704d3441', 'audio'], // ftyp M4A
  ['........66747970', 'video'], // ftyp: MP4, QuickTime
  ['1a45dfa3', 'video'], // Matroska, WebM
  ['52494646........41564920', 'video'], // RIFF, AVI
  ['464c5601', 'video'], // FLV
  ['000001ba', 'video'], // MPEG program stream
  ['52494646........57415645', 'audio'], // RIFF, WAVE
  ['464f524d........41494646', 'audio'], // AIFF
  ['494433', 'audio'], // ID3
  ['664c6143', 'audio'], // FLAC
  ['4f67675300', 'audio'], // Ogg
  ['4d54686400000006', 'audio'], // MIDI
  ['774f4646', 'font'], // WOFF
  ['774f4632', 'font'], // WOFF2
  ['0001000000', 'font'], // TrueType
  ['4f54544f00', 'font'], // OpenType
  ['7474636600', 'font'], // TrueType collection
  ['504b0304', 'archive'], // ZIP, and with it office files and packages
  ['504b0506', 'archive'],
  ['504b0708', 'archive'],
  ['1f8b08', 'archive'], // gzip
  ['425a68..314159265359', 'archive'], // bzip2
  ['fd377a585a00', 'archive'], // xz
  ['377abcaf271c', 'archive'], // 7z
  ['526172211a07', 'archive'], // RAR
  ['28b52ffd', 'archive'], // Zstandard
  ['255044462d..2e', 'pdf'], // %PDF-1.7; may be text all through, so nothing behind it is asked
  ['0061736d01000000', 'wasm'],
]

const ANY = -1
const TABLE = MAGIC.map(([hex, family]) => ({
  family,
  bytes: hex.match(/../g)!.map((pair) => (pair === '..' ? ANY : Number.parseInt(pair, 16))),
}))

const ANY_FIRST_BYTE = TABLE.filter(({ bytes }) => bytes[0] === ANY)
/** The magic numbers that a body with this first byte may bear, in the order of the table. */
const BY_FIRST_BYTE = Array.from({ length: 256 }, (_, first) =>
  TABLE.filter(({ bytes: [byte] }) => byte === first || byte === ANY),
)

/** The binary family whose magic number the first bytes bear (image, audio, video, font, archive, pdf, wasm); '' if none. */
export function sniffBinary(body: Uint8Array): string {
  const head = body.subarray(0, HEAD)
  for (const { family, bytes } of BY_FIRST_BYTE[head[0]] ?? ANY_FIRST_BYTE)
    if (startsWith(head, bytes)) return family === 'pdf' || looksBinary(head, bytes.length) ? family : ''
  return isMpegAudio(head) && looksBinary(head, 4) ? 'audio' : ''
}

/**
 * Whether a declared family and a magic number agree. One container holds sound or pictures that move: Ogg, Matroska and MP4 are
 * either.
 */
export function familiesAgree(declared: string, magic: string): boolean {
  if (declared === magic) return magic !== ''
  return (declared === 'audio' && magic === 'video') || (declared === 'video' && magic === 'audio')
}

/** A frame of MPEG audio, layer II or III, or of AAC (ADTS): sync, and no value in its four bytes that is reserved. */
function isMpegAudio(head: Uint8Array): boolean {
  if (head.length < 4 || head[0] !== 0xff) return false
  if ((head[1] & 0xf6) === 0xf0) return ((head[2] >> 2) & 15) < 13
  const layer = (head[1] >> 1) & 3
  const version = (head[1] >> 3) & 3
  return (
    (head[1] & 0xe0) === 0xe0 && version !== 1 && (layer === 1 || layer === 2) && head[2] >> 4 !== 15 && (head[2] & 0x0c) !== 0x0c
  )
}

/** Some byte behind the magic number is none of text: a few letters before a text make no picture of it. */
function looksBinary(head: Uint8Array, from: number): boolean {
  for (let i = from; i < head.length; i++) {
    const byte = head[i]
    if (byte >= 0x80 || byte === 0x7f || byte < 9 || (byte > 13 && byte < 32 && byte !== 27)) return true
  }
  return false
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  if (head.length < bytes.length) return false
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== ANY && head[i] !== bytes[i]) return false
  return true
}
