import { textOf } from '../../formats/record.ts'
import { same, type Target } from '../target.ts'
import { readerTarget } from './reader.ts'

export const form: Target = readerTarget({
  name: 'form',
  about: 'URL-encoded forms, with URLSearchParams beside it',
  seeds: [
    'a=1&b=x',
    'full+name=J%C3%A9+D%2b',
    'a&b=1',
    'a=b=c;d',
    'a%2Fb~=1',
    'a=x%26y%3Dz',
    'a=50%&b=%4&c=%zz%%41',
    'card=4111+1111+1111+1111',
    '&&=&==',
  ],
  words: [
    '=',
    '&',
    '+',
    '%',
    '%4',
    '%41',
    '%C3%A9',
    '%26',
    '%3D',
    '%25',
    '%u0041',
    ';',
    '%zz',
    '%00',
    'a',
    '&a=',
    '%e2%82%ac',
    '%EF%BB%BF',
    '4111',
  ],
  frame: /^[&=]*$/,
  open: () => ({ kind: 'form' }),
  oracle(input, { fields }) {
    // Beside a broken percent sign URLSearchParams garbles raw bytes beyond ASCII.
    if (input.some((byte) => byte >= 0x80)) return
    const read = [...new URLSearchParams(`&${Buffer.from(input).toString('latin1')}`)].flat().filter((text) => text !== '')
    same('URLSearchParams', JSON.stringify(fields.map(textOf).filter((text) => text !== '')), JSON.stringify(read))
  },
})
