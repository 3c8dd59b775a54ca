import type { Random } from '../support/random.ts'

const WORDS = ['harbor', 'lamp', 'willow', 'door', 'copper', 'the', 'of', 'number', 'x', 'née', '数', 'a/b~c', '']
const VALUES = ['4111 1111 1111 1111', '4111111111111111', 'ada@example.com', '536-22-8726', 'hunter2!z', 'AKIA3TNJ335CKT2DQ5BK']
const HIDDEN = [
  '4111\\u00201111 1111 1111', '\\u0034111111111111111', 'YWRhQGV4YW1wbGUuY29tIGFkYUBleGFtcGxlLmNvbQ==', '[4111111111111111]', '{\\"password\\":\\"a1b2c3!\\"}',
  '61646140657861 6d706c652e636f6d', '<b>4111</b>1111 1111 1111', '４１１１１１１１１１１１１１１１', 'ada%40example.com', '&#52;111111111111111', ' [ 1,2]', 'a\\nb', 'a\tb', '41 11 11 11 11 11 11 11',
] // biome-ignore format: a list
const NAMES = [
  'id',
  'note',
  'lines',
  'password',
  'user_password',
  'pwd',
  'value',
  'p\\u0061ssword',
  'ssn',
  'card',
  'data',
  'ada@example.com',
  '[x',
  '',
  'n1',
  'n2',
  'p[0]',
  'p[1]',
  '8',
  '9',
]
const NUMBERS = ['0', '7', '-1', '41', '0.5', '12.50', '4111111111111111', '4111111111111111.0', '4.111111111111111e15', '1e3', '-0', '01', '1.', '5.e', '536228726'] // biome-ignore format: a list

/** JSON of 1.5 KB and more, one in four broken; about so many of its strings hold a value, and as many hide one. */
export function jsonText(random: Random, density: number): string {
  const blank = () => (random.chance(0.08) ? random.pick([' ', '\n', '\r\n  ', '\t']) : '')
  const text = () => Array.from({ length: random.int(0, 7) }, () => random.pick(WORDS)).join(' ')
  const string = (): string => {
    if (random.chance(density)) return `"${text()} ${random.pick(VALUES)} ${text()}"`
    if (random.chance(density)) return `"${random.pick(HIDDEN)}"`
    return `"${random.chance(0.02) ? text().repeat(40) : text()}"`
  }
  const scalar = () =>
    random.chance(0.6)
      ? string()
      : random.chance(0.7)
        ? random.pick(NUMBERS.slice(0, random.chance(density) ? 15 : 6))
        : random.pick(['true', 'false', 'null'])
  const piece = () => random.pick(['"4111"', '"1111"', '4', '1', '"41111111"', '""', '1111', '"x"', 'null'])
  const value = (depth: number): string => {
    const kind = random.next()
    if (depth > 4 || kind < 0.5) return scalar()
    const many = random.int(0, random.chance(0.03) ? 400 : 6)
    if (kind < 0.58)
      return `[${Array.from({ length: many }, () => (random.chance(density) ? piece() : scalar())).join(`,${blank()}`)}]`
    if (kind < 0.6)
      return `{${[...'4111111111111111'].map((digit, i) => `"${random.chance(0.5) ? 'n' : ''}${i}":${random.chance(0.5) ? digit : `"${digit}"`}`).join()}}`
    if (kind < 0.61) return '{"c1":"4111","c2":"1111","c3":"11111111"}'
    if (kind < 0.63) return random.chance(0.5) ? '["4111","1111","1111","1111"]' : `[${[...'4111111111111111'].join()}]`
    if (kind < 0.75) return `[${blank()}${Array.from({ length: many }, () => value(depth + 1)).join(',')}${blank()}]`
    return `{${Array.from({ length: many }, () => `${blank()}"${random.chance(Math.max(density, 0.1)) ? random.pick(NAMES) : random.pick(NAMES.slice(0, 3))}"${blank()}:${blank()}${value(depth + 1)}`).join(',')}}`
  }
  let all = value(0)
  while (all.length < 1500) all = `{"a":${all},"b":[${value(1)},${value(1)}]}`
  if (random.chance(0.25)) {
    // broken somewhere
    const at = random.int(0, all.length)
    all =
      all.slice(0, at) +
      random.pick(['', '}', ']', '"', ',', 'x', '\\', '\u0001', '[[[[[[[[[[[[[[[']) +
      all.slice(at + random.int(0, 3))
  }
  return all
}
