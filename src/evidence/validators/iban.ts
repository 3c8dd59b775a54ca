import { isDigit, isLower, isUpper } from '../bytes.ts'
import type { Validator } from '../validator.ts'

/**
 * IBAN: country's length and structure (ISO 13616-1, SWIFT IBAN registry), check digits modulo 97-10 (ISO/IEC 7064).
 * A BIC that follows belongs to it when it names the same country. `BBAN` is the registry's structure: n digits, a capital letters, c either.
 */
export const BBAN: Readonly<Record<string, string>> = {
  AD: '8n12c',
  AE: '3n16n',
  AL: '8n16c',
  AO: '21n',
  AT: '16n',
  AZ: '4a20c',
  BA: '16n',
  BE: '12n',
  BF: '2c22n',
  BG: '4a6n8c',
  BH: '4a14c',
  BI: '23n',
  BJ: '2c22n',
  BR: '23n1a1c',
  BY: '4c4n16c',
  CF: '23n',
  CG: '23n',
  CH: '5n12c',
  CI: '2c22n',
  CM: '23n',
  CR: '18n',
  CV: '21n',
  CY: '8n16c',
  CZ: '20n',
  DE: '18n',
  DJ: '23n',
  DK: '14n',
  DO: '4c20n',
  DZ: '22n',
  EE: '16n',
  EG: '25n',
  ES: '20n',
  FI: '14n',
  FK: '2a12n',
  FO: '14n',
  FR: '10n11c2n',
  GA: '23n',
  GB: '4a14n',
  GE: '2a16n',
  GI: '4a15c',
  GL: '14n',
  GQ: '23n',
  GR: '7n16c',
  GT: '4c20c',
  GW: '2c19n',
  HN: '4a20n',
  HR: '17n',
  HU: '24n',
  IE: '4a14n',
  IL: '19n',
  IQ: '4a15n',
  IR: '22n',
  IS: '22n',
  IT: '1a10n12c',
  JO: '4a4n18c',
  KM: '23n',
  KW: '4a22c',
  KZ: '3n13c',
  LB: '4n20c',
  LC: '4a24c',
  LI: '5n12c',
  LT: '16n',
  LU: '3n13c',
  LV: '4a13c',
  LY: '21n',
  MA: '24n',
  MC: '10n11c2n',
  MD: '20c',
  ME: '18n',
  MG: '23n',
  MK: '3n10c2n',
  ML: '2c22n',
  MN: '16n',
  MR: '23n',
  MT: '4a5n18c',
  MU: '4a19n3a',
  MZ: '21n',
  NE: '2c22n',
  NI: '4a20n',
  NL: '4a10n',
  NO: '11n',
  OM: '3n16c',
  PK: '4a16c',
  PL: '24n',
  PS: '4a21c',
  PT: '21n',
  QA: '4a21c',
  RO: '4a16c',
  RS: '18n',
  RU: '14n15c',
  SA: '2n18c',
  SC: '4a20n3a',
  SD: '14n',
  SE: '20n',
  SI: '15n',
  SK: '20n',
  SM: '1a10n12c',
  SN: '2c22n',
  SO: '19n',
  ST: '21n',
  SV: '4a20n',
  TD: '23n',
  TG: '2c22n',
  TL: '19n',
  TN: '20n',
  TR: '6n16c',
  UA: '6n19c',
  VA: '18n',
  VG: '4a16n',
  XK: '16n',
  YE: '4a4n18c',
}

const kinds = new Map<string, string>()
for (const [country, structure] of Object.entries(BBAN)) {
  let kind = ''
  for (const [, count, type] of structure.matchAll(/(\d+)([nac])/g)) kind += type.repeat(Number(count))
  kinds.set(country, kind)
}

export const validate: Validator = (bytes, start, end) => {
  const own = ibanEnd(bytes, start, end)
  if (own < 0) return undefined
  return { start, end: own < end && hasCountry(bytes, own, end, start) ? end : own }
}

/** Does the BIC in `start`…`end` (ISO 9362: four letters, then the country) name the IBAN's country? */
function hasCountry(bytes: Uint8Array, start: number, end: number, iban: number): boolean {
  let letters = 0
  for (let i = start; i < end && letters < 6; i++) {
    if (bytes[i] === 0x20) continue
    if (letters >= 4 && bytes[i] !== (bytes[iban + letters - 4] & 0xdf)) return false
    letters++
  }
  return true
}

/** Where the IBAN that begins at `start` ends, -1 if it is none. */
function ibanEnd(bytes: Uint8Array, start: number, end: number): number {
  const kind = kinds.get(String.fromCharCode(bytes[start] & 0xdf, bytes[start + 1] & 0xdf))
  if (kind === undefined) return -1
  // the first four characters count last
  let sum = 0
  let at = -4
  let i = start
  for (; i < end && at < kind.length; i++) {
    const value = digitOf(bytes[i])
    if (value < 0) continue
    if (at >= 0) {
      const type = kind.charCodeAt(at)
      if (type === 0x6e ? value > 9 : type === 0x61 && value < 10) return -1
      sum = (value > 9 ? sum * 100 + value : sum * 10 + value) % 97
    }
    at++
  }
  if (at !== kind.length) return -1
  const stop = i
  at = 0
  for (i = start; at < 4; i++) {
    const value = digitOf(bytes[i])
    if (value < 0) continue
    sum = (value > 9 ? sum * 100 + value : sum * 10 + value) % 97
    at++
  }
  return sum === 1 ? stop : -1
}

function digitOf(byte: number): number {
  if (isDigit(byte)) return byte - 0x30
  if (isUpper(byte)) return byte - 0x37
  return isLower(byte) ? byte - 0x57 : -1
}
