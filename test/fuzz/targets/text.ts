import { same, type Target } from '../target.ts'
import { readerTarget } from './reader.ts'

export const text: Target = readerTarget({
  name: 'text',
  about: 'text: one field that holds every byte but a byte-order mark',
  seeds: ['card 4111', '\ufeffcard', Uint8Array.of(0xef, 0xbb, 0x41), '', '\ufeff\ufeffx', 'a\0b\r\n'],
  words: ['\ufeff', Uint8Array.of(0xef), Uint8Array.of(0xef, 0xbb), Uint8Array.of(0xbf), '\0', '\n', 'é', 'text'],
  frame: /^(?:\u00ef\u00bb\u00bf)?$/,
  open: () => ({ kind: 'text' }),
  oracle(input, { fields }) {
    const marked = input[0] === 0xef && input[1] === 0xbb && input[2] === 0xbf ? 3 : 0
    if (input.length > 0) same('spans', fields.map(({ start, end }) => `${start}-${end}`).join(), `${marked}-${input.length}`)
  },
})
