import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BESIDE, FORMATS, failuresChapter, formatsChapter, SPELLINGS, TIER_3_REASONS } from '../../tools/formats.ts'
import { targets } from '../fuzz/targets/index.ts'

const rows = [...Object.values(FORMATS), ...Object.values(SPELLINGS)]
const document = readFileSync('docs/coverage.md', 'utf8')
const mutants = readdirSync('test/mutants').flatMap(
  (file) => JSON.parse(readFileSync(`test/mutants/${file}`, 'utf8')) as { name: string }[],
)

test('the table in docs/coverage.md is what the code says', () => {
  const results = document.split('## The evasion suite\n')[1]
  expect(document).toContain(formatsChapter())
  expect(document).toContain(failuresChapter(results))
})

test('the tests that a row names are there', () => {
  expect(rows.flatMap(({ tests }) => tests).filter((file) => !existsSync(file))).toEqual([])
  for (const { name, tests } of rows) expect([name, tests.length > 0]).toEqual([name, true])
})

test('every fuzz target is in a row, and every row has one that exists', () => {
  const named = new Set([...rows.flatMap(({ fuzz }) => fuzz), ...BESIDE])
  expect([...named].sort()).toEqual(targets.map(({ name }) => name).sort())
  for (const { name, fuzz } of rows) expect([name, fuzz.length > 0]).toEqual([name, true])
})

test('every format has two mutants or more', () => {
  for (const row of rows) {
    const own = mutants.filter(({ name }) => name.startsWith(row.mutants))
    expect([row.name, own.length >= 2]).toEqual([row.name, true])
  }
})

test('every technique that leaks has its reason', () => {
  const results = document.split('## The evasion suite\n')[1]
  const techniques = [...results.matchAll(/^ {2}[a-z]-([a-z0-9.-]+)-\d+ .*leak/gm)].map(([, technique]) => technique)
  expect(techniques.filter((technique) => TIER_3_REASONS[technique] === undefined)).toEqual([])
  expect(failuresChapter('  d-some.thing-01 [email; whole] leak\n')).toContain('| some.thing | d-some.thing-01 | not known |')
})
