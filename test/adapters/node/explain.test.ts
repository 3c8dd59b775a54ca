import { expect, it } from 'vitest'
import { edgeDlp } from '../../support/command.ts'

const input = '{"card":"4111111111111111","note":"my visa is 5555555555554444"}'
const scan = (...more: string[]) => edgeDlp(['scan', '--content-type', 'application/json', ...more, '-'], { input }).stdout

it('says why each finding counted, and only when asked', () => {
  const form = 'form: Payment card number with a valid issuer prefix, length and check digit'
  expect(scan('--explain').split('\n')).toEqual([
    `-:1:10\tcredit-card\tcredit_card\thigh\t/card\t${form}; name of the field: card; check passed: card-number`,
    `-:1:47\tcredit-card\tcredit_card\tmedium\t/note\t${form}; check passed: card-number; word beside it: visa`,
    '',
  ])
  const { findings } = JSON.parse(scan('--json', '--explain'))
  expect(findings[0].why).toContainEqual({ kind: 'key', what: 'card' })
  expect(scan()).not.toContain('check passed')
  expect(JSON.parse(scan('--json')).findings[0]).not.toHaveProperty('why')
})
