import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// That each is killed: `npm run test:mutants`. That each can be tried at all, every day:

const root = new URL('../../', import.meta.url)
const mutants = readdirSync(new URL('test/mutants', root)).flatMap(
  (name) =>
    JSON.parse(readFileSync(new URL(`test/mutants/${name}`, root), 'utf8')) as {
      name: string
      file: string
      from: string
      to: string
      tests: string[]
    }[],
)

test('every mutant changes what is there, and names tests that are there', () => {
  const broken = mutants.filter(({ file, from, to, tests }) => {
    const source = readFileSync(new URL(file, root), 'utf8')
    return !source.includes(from) || from === to || tests.length === 0 || !tests.every((path) => existsSync(new URL(path, root)))
  })
  expect(broken.map(({ name }) => name)).toEqual([])
})

test('no two have one name', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
})
