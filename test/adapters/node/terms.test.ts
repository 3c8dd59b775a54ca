import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { edgeDlp } from '../../support/command.ts'

let folder: string
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terms-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('finds the terms of a file beside the rules', () => {
  const terms = file('terms.txt', 'Orion Holding\r\n\n  Vega \nÖkö (Nord)\n')
  const input = 'ORION holding and Vega, no vegan: 4111111111111111. Ökö (Nord)'
  const { stdout } = edgeDlp(['scan', '--rules', 'payment', '--terms', terms, '-'], { input })
  expect(stdout.split('\n').map((line) => line.split('\t').slice(0, 2).join(' '))).toEqual([
    '-:1:1 terms',
    '-:1:19 terms',
    '-:1:35 credit-card',
    '-:1:53 terms',
    '',
  ])
})

it('tells what a list costs, and as which pattern others read it', () => {
  const terms = file('terms.txt', 'Orion Holding\nC++\n')
  const { rules } = JSON.parse(edgeDlp(['rules', '--json', '--cost', '--rules', 'payment', '--terms', terms]).stdout)
  expect(rules.at(-1)).toMatchObject({ selector: 'own/terms', cost: { states: 15, minLength: 3, maxLength: 13 } })
  expect(rules.every(({ id, cost }: { id: string; cost: { id: string } }) => cost.id === id)).toBe(true)
  expect(edgeDlp(['rules', '--export', 'regex', '--rules', 'payment/iban', '--terms', terms]).stdout).toContain(
    'terms\t(?i:Orion Holding|C\\+\\+)\n',
  )
})

it('says which term is refused, and not what it is', () => {
  const { status, stderr } = edgeDlp(['scan', '--terms', file('long.txt', `Vega\n${'secret'.repeat(60)}\n`), '-'], { input: '' })
  expect(status).toBe(2)
  expect(stderr).toContain('term 2 has 360 bytes')
  expect(stderr).not.toContain('secret')
  expect(edgeDlp(['scan', '--terms', file('none.txt', '\n'), '-'], { input: '' }).stderr).toContain('holds no term')
})
