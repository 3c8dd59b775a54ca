import zlib from 'node:zlib'

/** The codings a body may come in: [Content-Encoding, coded bytes]; '' is identity. */
export function codedForms(text: string): Record<string, readonly [coding: string, body: Buffer]> {
  const middle = Math.floor(text.length / 2)
  return {
    identity: ['', Buffer.from(text)],
    gzip: ['gzip', zlib.gzipSync(text)],
    'gzip of two members': ['gzip', Buffer.concat([zlib.gzipSync(text.slice(0, middle)), zlib.gzipSync(text.slice(middle))])],
    zlib: ['deflate', zlib.deflateSync(text)],
    'raw deflate': ['deflate', zlib.deflateRawSync(text)],
    br: ['br', zlib.brotliCompressSync(text)],
  }
}

/** What a receiver reads that believes the header. */
export function decodeAs(coding: string | undefined, body: Uint8Array): string {
  switch (coding ?? '') {
    case 'gzip':
      return zlib.gunzipSync(body).toString()
    case 'br':
      return zlib.brotliDecompressSync(body).toString()
    case 'deflate':
      return ((body[0] & 15) === 8 ? zlib.inflateSync(body) : zlib.inflateRawSync(body)).toString()
    default:
      return Buffer.from(body).toString()
  }
}
