import { describe, expect, it } from 'vitest'
import { type Scores, shortfalls, table } from '../../tools/accuracy.ts'

const cell = (n: number, same: number, cov: number, exact: number) => ({ n, same, cov, exact })
const benign = { fpPerMB: 1, flaggedPerMB: 20, fp: 8, bytes: 8e6 }
const good: Scores = {
  labels: { iban: cell(100, 95, 95, 90), email: cell(100, 95, 95, 90), phone_number: cell(900, 0, 0, 0) },
  benign,
  unknown: {},
}

describe('the accuracy floors', () => {
  it('hold over the sum of the headline labels, those apart left out', () => expect(shortfalls(good)).toEqual([]))

  it.each([
    ['right label', { ...good, labels: { iban: cell(100, 89, 95, 90) } }],
    ['covered', { ...good, labels: { iban: cell(100, 95, 89, 90) } }],
    ['exact', { ...good, labels: { iban: cell(100, 95, 95, 84) } }],
    ['right label', { ...good, labels: {} }],
    ['false positives', { ...good, benign: { ...benign, fpPerMB: 5.1 } }],
    ['flagged bytes', { ...good, benign: { ...benign, flaggedPerMB: 151 } }],
    ['outside the taxonomy', { ...good, unknown: { ipv4: 3 } }],
  ] satisfies [string, Scores][])('%s beyond its floor is told', (word, scores) => expect(shortfalls(scores)[0]).toContain(word))

  it('stand in the table beside the sum', () =>
    expect(table(good, '2026-01-02')).toContain('| **all of these** | 200 | **95.0** | **95.0** | **90.0** | |'))
})
