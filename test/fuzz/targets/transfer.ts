import type { FieldSink } from '../../../src/formats/reader.ts'
import { createTextReader } from '../../../src/formats/text/reader.ts'
import { Base64Codec } from '../../../src/formats/transfer/base64.ts'
import { FoldedCodec } from '../../../src/formats/transfer/folded.ts'
import { QuotedPrintableCodec } from '../../../src/formats/transfer/quoted-printable.ts'
import { createTransferReader } from '../../../src/formats/transfer/reader.ts'
import { randomCuts, same, size, type Target, windowsOf } from '../target.ts'

/** The decoded text and a hash of the source spans of its bytes, read in these windows. */
function decode(
  open: () => Base64Codec | QuotedPrintableCodec | FoldedCodec,
  windows: readonly Uint8Array[],
): { text: string; spans: number; held: boolean } {
  let text = ''
  let spans = 0
  let end = 0
  let given = 0
  const take = (bytes: Uint8Array, length: number, from: number, to: number) => {
    if (to > end || from > to) throw new Error(`span ${from}…${to} beyond ${end}`)
    if (to < given) throw new Error(`span ${from}…${to} goes back behind ${given}`)
    given = to
    for (let i = 0; i < length; i++) {
      text += String.fromCharCode(bytes[i])
      // Runs may be cut anywhere: a byte that stands for one has its own span.
      const own = length === to - from
      spans = (Math.imul(spans, 31) + (own ? from + i : from)) | 0
      spans = (Math.imul(spans, 31) + (own ? from + i + 1 : to)) | 0
    }
  }
  let window: Uint8Array = new Uint8Array(0)
  let base = 0
  const sink: FieldSink = {
    open() {},
    plain: (from, to) => {
      for (let i = from; i < to; i++) take(window.subarray(i - base), 1, i, i + 1)
    },
    decoded: take,
    close() {},
    remark() {},
  }
  const reader = createTransferReader(sink, open(), createTextReader)
  let held = 0
  for (const [i, piece] of windows.entries()) {
    window = piece
    base = end
    end += piece.length
    reader.feed(piece, i === windows.length - 1)
    if (reader.held < held || reader.held > end) throw new Error(`held ${reader.held} at ${end}`)
    held = reader.held
  }
  return { text, spans, held: held > 0 }
}

export const transfer: Target = {
  name: 'transfer',
  about: 'base64 and quoted-printable of MIME parts, folded lines, with Node beside them',
  seeds: [
    'YWJj\r\nZGU=\r\nZg==',
    'YWJjZG',
    'a=\r\n=41=3D=4 =\nb=  \r\nc\r\n=zz',
    '=C3=A9 =\r\n x',
    'YWJj!!ZGVm====YQ',
    '=',
    '==',
    '   \r\n\t',
  ],
  words: [
    '=',
    '==',
    '\r\n',
    '\n',
    '\r',
    '=\r\n',
    '=41',
    '=3D',
    '=4',
    ' ',
    '\t',
    'YWJj',
    'YQ==',
    '-_',
    '+/',
    '!',
    'é',
    '= \r\n',
    '\0',
  ],
  check(input, random) {
    const codec = random.pick(['base64', 'quoted-printable', 'folded'])
    const base64 = codec === 'base64'
    const open = () => (base64 ? new Base64Codec() : codec === 'folded' ? new FoldedCodec() : new QuotedPrintableCodec())
    const whole = decode(open, [input])
    const cuts = randomCuts(input.length, random)
    same(`cut at ${cuts}`, JSON.stringify(decode(open, windowsOf(input, cuts))), JSON.stringify(whole))
    const source = Buffer.from(input).toString('latin1')
    // Node reads the same of what is written as it should be.
    if (base64 && /^(?:[A-Za-z0-9+/]{4}|\r\n)*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?(?:\r\n)*$/.test(source))
      same('Node', Buffer.from(whole.text, 'latin1').toString('hex'), Buffer.from(source, 'base64').toString('hex'))
    if (codec === 'folded') same('RFC 5545', whole.text, source.replace(/\r?\n[ \t]/g, ''))
    if (codec === 'quoted-printable' && /^(?:[!-<>-~]|=[0-9A-F]{2}|=\r\n|\r\n)*$/.test(source))
      same(
        'RFC 2045',
        whole.text,
        source.replaceAll('=\r\n', '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
      )
    return [
      codec,
      size(whole.text.length),

      ...source
        .replace(/[A-Za-z0-9]+/g, 'a')
        .replace(/[^\r\n\t =a+/_-]/g, '?')
        .slice(0, 12),
    ]
  },
}
