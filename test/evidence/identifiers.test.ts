import { describe, expect, it } from 'vitest'
import type { ValidatorId } from '../../src/core/validator-id.ts'
import { VALIDATORS } from '../../src/evidence/validators/index.ts'

const encoder = new TextEncoder()

/** `value` for a match that stands by itself, `value ?` for one that needs its name beside it, '' for none. */
function check(id: ValidatorId, text: string): string {
  const bytes = encoder.encode(`9${text}9`)
  const verdict = VALIDATORS[id](bytes, 1, bytes.length - 1)
  if (verdict === undefined) return ''
  const value = new TextDecoder().decode(bytes.subarray(verdict.start, verdict.end))
  return verdict.confidence === 'low' ? `${value} ?` : value
}

interface Row {
  readonly id: ValidatorId
  readonly sure?: readonly string[]
  readonly doubtful?: readonly string[]
  readonly none: readonly string[]
}

// numbers that issuers, standards and software libraries publish as samples, and near misses of them
const ROWS: readonly Row[] = [
  {
    id: 'us-itin',
    sure: ['912-90-3456', '900-70-0000', '999-99-9999', '911-50-1234', '911-65-1234'],
    doubtful: ['912903456', '912 90 3456', '912-903456'],
    none: ['911-49-1234', '911-66-1234', '911-69-1234', '911-89-1234', '912-93-4567', '912-90-345'],
  },
  {
    id: 'us-phone',
    sure: ['(425) 882-9090', '425-882-9090', '1-425-882-9090', '425.882.9090', '(523)222-8888 x623', '001-748-288-2851'],
    doubtful: ['4258829090', '425 882 9090', '425 8829090', '123-456-7890', '211-882-9090', '425-911-9090', '199-882-9090'],
    none: ['1258829090', '282915.1259', '425-882-909', '0123456789'],
  },
  {
    id: 'uk-nino',
    sure: ['AA123456B', 'AA 12 34 56 B', 'tw987654a'],
    doubtful: ['ab123456c'],
    none: ['BG123456A', 'GB123456A', 'NT123456A', 'ZZ123456A'],
  },
  {
    id: 'uk-nhs-number',
    sure: ['943 476 5919', '401-023-2137'],
    doubtful: ['9434765919', '943-476-5919'],
    none: ['943 476 5918', '9434765911', '0000000000', '943 4765919'],
  },
  {
    id: 'in-aadhaar',
    sure: ['2341 2341 2346', '3998-7654-3211'],
    doubtful: ['234123412346'],
    none: ['2341 2341 2347', '123412341234', '3123 4567-8909'],
  },
  {
    id: 'br-cpf',
    sure: ['390.533.447-05', '390533447-05'],
    doubtful: ['39053344705'],
    none: ['390.533.447-06', '390.533.448-05', '111.111.111-11', '390.533.447-0'],
  },
  {
    id: 'br-cnpj',
    // the last one is SERPRO's sample of an alphanumeric number
    sure: ['16.727.230/0001-97', '07.195.358/0001-66', '12.ABC.345/01DE-35'],
    doubtful: ['16727230000197', '12ABC34501DE35'],
    none: ['16.727.230/0001-98', '12.ABC.345/01DE-53', '00.000.000/0000-00', 'ABCDEFGHIJKL80'],
  },
  {
    id: 'es-nif',
    sure: ['12345678Z', '55555555-K', '1111111-G', '12345678z', '12.345.678-Z'],
    doubtful: ['1111111G', 'B64717838', 'A58818501'],
    none: ['12345678A', '00000000T', 'B64717839', 'A5881850A', 'K1234567A'],
  },
  { id: 'es-nie', sure: ['X2482300W', 'x-2482300w', 'Z8078221M', 'Y8063915-Z'], none: ['X2482300A', 'Y2482300W'] },
  {
    id: 'fr-nir',
    sure: ['253072B07300470', '255081416802538', '2 55 08 14 168 025 38'],
    doubtful: ['352081416802538', '255991416802539'],
    none: ['253072B07300471', '255151416802553', '255081416802539'],
  },
  {
    id: 'de-tax-id',
    sure: ['86 095 742 719', '65 929 970 489'],
    doubtful: ['86095742719', '47036892816', '12345678903', '1112345678 6'],
    none: ['86095742718', '06095742719', '11112345678', '11111111111'],
  },
  {
    id: 'pl-pesel',
    sure: ['44051401359', '02070803628'],
    none: ['44051401358', '44131401359', '44053201359', '44050001359'],
  },
  {
    id: 'it-fiscal-code',
    sure: ['MRTNTN23M02D969P', 'CNTCHR83T41D969D', 'rssmra45c12f205c', 'RSSMRA45C12F2LRI'],
    doubtful: ['00743110157'],
    none: ['MRTNTN23M02D969Q', 'CNTCHR83T32D969H', '00743110158', '00000000000'],
  },
  { id: 'nl-bsn', sure: ['111222333', '1112.22.333', '123456782'], none: ['1112.52.333', '123456789', '111111111'] },
  {
    id: 'ca-sin',
    sure: ['130 692 544', '130-692-544'],
    doubtful: ['130692544'],
    none: ['130 692 545', '046 454 286', '812 345 678', '130-692 544'],
  },
  { id: 'au-tfn', sure: ['123456782', '876 543 210', '112474082'], none: ['123456783', '999 999 999', '824 753 557'] },
  {
    id: 'aba-routing',
    sure: ['3222-7162-7', '0711-0130-7'],
    doubtful: ['111000025', '121000358'],
    none: ['111000024', '421042111', '000000000'],
  },
  { id: 'swift-bic', sure: ['DEUTDEFF', 'AGRIFRPP882', 'NEDSZAJJXXX'], none: ['DEUTXXFF', 'ABCDEFGH'] },
  {
    id: 'mac-address',
    sure: ['00:1A:2B:3C:4D:5E', '00-1a-2b-3c-4d-5e', 'd050.9984.a2a0'],
    doubtful: ['1234.5678.9012', 'dead.beef.cafe'],
    none: ['00:00:00:00:00:00', 'FF:FF:FF:FF:FF:FF', '00:1A:2B:3C:4D:5E:6F', '00:1A-2B:3C:4D:5E'],
  },
]

describe.each(ROWS)('$id', ({ id, sure = [], doubtful = [], none }) => {
  it.each(sure)('%s stands by itself', (text) => expect(check(id, text)).toBe(text))
  it.each(doubtful)('%s needs its name beside it', (text) => expect(check(id, text)).toBe(`${text} ?`))
  it.each(none)('%s is none', (text) => expect(check(id, text)).toBe(''))
})

describe('numbers in groups', () => {
  it('are found among other groups of their size, from the first to the last', () => {
    expect(check('ca-sin', '333 130 692 544 999')).toBe('130 692 544')
    // the first three groups pass by chance
    expect(check('ca-sin', '222 130 692 544 999')).toBe('222 130 692 544')
    expect(check('in-aadhaar', '4111 1111 1111 1111 2341 2341 2346')).toBe('2341 2341 2346')
    expect(check('ca-sin', '130 692 544 130 692 544')).toBe('130 692 544 130 692 544')
  })
})

describe('dates', () => {
  it.each([
    '1982-03-29',
    '1982-03-29T00:00:00Z',
    '1982-03-29 12:30:00.123+02:00',
    '3/29/1982',
    '29.3.1982',
    '29/03/82',
    '19820329',
    '29031982',
    '29 March 1982',
    'March 29, 1982',
    '29. März 1982',
    '29 de marzo de 1982',
    '1er mai 1982',
    'Mon, Mar 29 1982',
  ])('%s is one', (text) => expect(check('date-value', text)).toBe(text))
  it.each([
    '1982-13-32',
    '1874-01-01',
    '2100-01-01',
    '32/13/1982',
    '0000-00-00',
    '12345678',
    '29 Foo 1982',
    'unknown',
    '1982',
    '',
    '1982-03/29',
  ])('%j is none', (text) => expect(check('date-value', text)).toBe(''))
  it('beside a name is narrowed to', () => {
    expect(check('date-assignment', 'date of birth: 1982-03-29')).toBe('1982-03-29')
    expect(check('date-assignment', 'born on 29 March 1982')).toBe('29 March 1982')
    expect(check('date-assignment', 'geboren am 29.3.1982')).toBe('29.3.1982')
    expect(check('date-assignment', 'dob: 1982-13-32')).toBe('')
  })
})

describe('phone numbers by name', () => {
  it.each(['84 23 30', '(88) 158-170', '0312 0828589', '+41 22 730 5989', '555-123-1234 ext 12'])('%s is a value', (text) =>
    expect(check('phone-value', text)).toBe(text),
  )
  it.each(['12345', '1111111', 'none', '1234567890123456', '84 23 30 and so on', '2019-05-24T10:00'])('%j is none', (text) =>
    expect(check('phone-value', text)).toBe(''),
  )
  it('end before the next number', () => {
    expect(check('phone-assignment', 'Phone: 021-4006034 785-939-6046')).toBe('021-4006034')
    expect(check('phone-assignment', 'tel: (+44) (555)123-1234')).toBe('(+44) (555)123-1234')
  })
  it('are none where a mask shows their first digits', () => expect(check('phone-assignment', 'phone: 425882******')).toBe(''))
})

describe('tokens', () => {
  const body = 'k3Vd0sQm9TzYb1LrXwPe7uHaNcJfGtBx'
  const rows: [ValidatorId, string, boolean][] = [
    ['gitlab-token', `glpat-${body}`, true],
    ['gitlab-token', `glptt-${body}${body.slice(0, 8)}`, true],
    ['gitlab-token', `glptt-${body}`, false],
    ['gitlab-token', `glptt-${body}${body}`, false],
    ['gitlab-token', `glptt-${body}${body.slice(0, 8)}-and-more`, true],
    ['gitlab-token', `glpat-${'X'.repeat(20)}`, false],
    ['google-api-key', `AIza${body}abc`, true],
    ['google-api-key', `AIza${body}abcd`, false],
    ['google-api-key', `AIza${body}abc-4111`, true],
    ['google-api-key', `AIza${'a'.repeat(35)}`, false],
    ['google-oauth', `GOCSPX-${body}`, true],
    ['google-oauth', `GOCSPX-${'x'.repeat(28)}`, false],
    ['openai-key', `sk-${body}T3BlbkFJ${body}`, true],
    ['openai-key', `sk-${body}T4BlbkFJ${body}`, false],
    ['anthropic-key', `sk-ant-api03-${body}${body}${body.slice(0, 29)}AA`, true],
    ['anthropic-key', `sk-ant-api03-${body}${body}${body.slice(0, 29)}BB`, false],
    ['npm-token', `npm_${body}abcd`, true],
    ['npm-token', `npm_${'x'.repeat(36)}`, false],
    ['pypi-token', `pypi-AgEIcHlwaS5vcmc${body}${body}`, true],
    ['pypi-token', `pypi-AgEIcHlwaS5uZXQ${body}${body}`, false],
    ['twilio-key', 'SK6d58259f30c127af682fb2b9d3fc820f', true],
    ['twilio-key', `SK${'0'.repeat(32)}`, false],
    ['sendgrid-key', `SG.${body.slice(0, 22)}.${body}${body.slice(0, 11)}`, true],
    ['sendgrid-key', `SG.${'x'.repeat(22)}.${'x'.repeat(43)}`, false],
  ]
  it.each(rows)('%s %s: %s', (id, text, isOne) => expect(check(id, text)).toBe(isOne ? text : ''))

  it('an auth token of Twilio needs its name, as an MD5 digest looks the same', () =>
    expect(check('twilio-key', 'c9117d87046fc24205e4240e6bc9963a')).toBe('c9117d87046fc24205e4240e6bc9963a ?'))
  it('an .npmrc line is narrowed to its value', () => {
    expect(check('npm-token', '//registry.npmjs.org/:_authToken=743b294a-cd03-11ec')).toBe('743b294a-cd03-11ec')
    expect(check('npm-token', '//registry.npmjs.org/:_authToken=${NPM_TOKEN}')).toBe('')
  })
})

describe('URLs with credentials', () => {
  it.each([
    ['https://apiuser:r3alP4ss@api.example.com/v2?x=1', 'https://apiuser:r3alP4ss@api.example.com'],
    ['ftp://u:s3cr3t@host:2121/', 'ftp://u:s3cr3t@host:2121'],
    ['https://svc:p@ss1w@h.example.net.', 'https://svc:p@ss1w@h.example.net'],
    ['https://u:s3cr3t@h.example.net:x', 'https://u:s3cr3t@h.example.net'],
  ])('%s is narrowed to its authority', (text, value) => expect(check('basic-auth-url', text)).toBe(value))
  it.each([
    'https://u@example.com',
    'https://u:abc@example.com',
    'https://u:1111@example.com',
    'https://user:password@example.com',
    'https://admin:admin@example.com',
    'https://${u}:${p}@example.com',
    'https://{{user}}:{{pass}}@example.com',
    'https://u:YOUR_PASSWORD@example.com',
    'https://u:s3cr3t@',
  ])('%s holds none', (text) => expect(check('basic-auth-url', text)).toBe(''))
})
