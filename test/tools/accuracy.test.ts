import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { fallen, figures, type Run, type Scores, shortfalls, table } from '../../tools/accuracy.ts'

const cell = (n: number, same: number, cov: number, exact: number) => ({ n, same, cov, exact })
const benign = { fpPerMB: 1, flaggedPerMB: 20, fp: 8, bytes: 8e6 }
const all: Scores = {
  labels: { iban: cell(100, 95, 95, 90), email: cell(100, 95, 95, 90), phone_number: cell(900, 0, 0, 0) },
  benign,
  unknown: {},
}
const catalogue: Scores = {
  labels: { iban: cell(100, 95, 95, 90), pl_pesel: cell(100, 90, 90, 90), phone_number: cell(900, 0, 0, 0) },
  benign,
  unknown: {},
  groups: { pii: { found: 100, foundTrue: 90 } },
  files: { pii_a: { group: 'pii', negN: 200, negSame: 2 }, benign_b: { group: 'benign', negN: 9, negSame: 9 } },
}
const good: Run = { all, catalogue }
const but = (side: 'all' | 'catalogue', more: Partial<Scores>): Run => ({ ...good, [side]: { ...good[side], ...more } })

describe('the accuracy floors', () => {
  it('hold over the sum of the labels, those apart left out', () => expect(shortfalls(good)).toEqual([]))

  it.each<[string, Run]>([
    ['first rules: right label', but('all', { labels: { iban: cell(100, 89, 95, 90) } })],
    ['first rules: covered', but('all', { labels: { iban: cell(100, 95, 89, 90) } })],
    ['first rules: exact', but('all', { labels: { iban: cell(100, 95, 95, 84) } })],
    ['first rules: right label', but('all', { labels: {} })],
    ['all rules: right label', but('catalogue', { labels: { pl_pesel: cell(100, 84, 95, 90) } })],
    ['all rules: covered', but('catalogue', { labels: { pl_pesel: cell(100, 95, 87, 90) } })],
    ['all rules: exact', but('catalogue', { labels: { pl_pesel: cell(100, 95, 95, 79) } })],
    ['precision', but('catalogue', { groups: { pii: { found: 100, foundTrue: 79 } } })],
    ['negatives', but('catalogue', { files: { pii_a: { group: 'pii', negN: 100, negSame: 2 } } })],
    ['false positives', but('all', { benign: { ...benign, fpPerMB: 5.1 } })],
    ['flagged bytes', but('all', { benign: { ...benign, flaggedPerMB: 151 } })],
    ['outside the taxonomy', but('all', { unknown: { ipv4: 3 } })],
  ])('%s beyond its floor is told', (word, run) => expect(shortfalls(run)[0]).toContain(word))

  it('stand in the table beside the sums', () => {
    const text = table(good, '2026-01-02')
    expect(text).toContain('| **all of these** | 200 | **92.5** | **92.5** | **90.0** | |')
    expect(text).toContain('| **all of these** | 200 | **95.0** | **95.0** | **90.0** | |')
  })
})

describe('the recorded figures', () => {
  const recorded = figures(good)
  it('hold each label and each sum', () =>
    expect(recorded).toMatchObject({ 'iban, exact': 0.9, 'all rules, right label': 0.925, 'negatives left alone': 0.99 }))
  it('may fall by half a point', () =>
    expect(fallen(recorded, figures(but('catalogue', { groups: { pii: { found: 1000, foundTrue: 896 } } })))).toEqual([]))
  it('may not fall by more, nor go', () => {
    const worse = figures(but('catalogue', { labels: { ...catalogue.labels, iban: cell(100, 94, 95, 90) } }))
    expect(fallen(recorded, worse)).toEqual(['iban, right label fell from 95.0 % to 94.0 %'])
    expect(fallen(recorded, {}).length).toBe(Object.keys(recorded).length)
  })
  it('are in the file that runs compare with', () => {
    const path = new URL('../../docs/accuracy.json', import.meta.url)
    expect(existsSync(path)).toBe(true)
    const { figures: kept } = JSON.parse(readFileSync(path, 'utf8'))
    expect(kept['all rules, right label']).toBeGreaterThanOrEqual(0.85)
  })
})
