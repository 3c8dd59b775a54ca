import { expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import { createEngine } from '../../src/pipeline/engine.ts'
import { Inspector } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { Random } from '../support/random.ts'
import { DISGUISES } from './disguises.ts'

// With one rule alone nothing else holds the text back.
const rules = placedRules.filter(({ rule }) => rule.id === 'credit-card')
const engine = createEngine({ rules, kernel: createPortableKernel() })
const plan = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, rules, 'test').plan({
  side: 'request',
  method: 'POST',
  host: '',
  path: '/',
  contentType: '',
})

test.each(DISGUISES.map(({ name, hide }) => [name, hide] as const))(
  'no byte of a value that is not seen yet leaves: %s',
  (_name, hide) => {
    const body = new TextEncoder().encode(`(${hide('4111111111111111 paid', new Random(1))})`)
    const inspect = (windows: readonly Uint8Array[]) => {
      const inspector = new Inspector({ engine, plan, limits: DEFAULT_LIMITS, reading: 'text', onBlock: 'redact' })
      const pieces: Uint8Array[] = []
      const left: string[] = []
      const take = () => {
        pieces.push(...(inspector.take() as Uint8Array[]).map((piece) => piece.slice()))
        left.push(Buffer.concat(pieces).toString('latin1'))
      }
      for (const window of windows) {
        inspector.push(window, false)
        take()
      }
      inspector.push(new Uint8Array(0), true)
      take()
      return left
    }
    const whole = inspect([body]).at(-1)!
    expect(whole).not.toBe(Buffer.from(body).toString('latin1'))
    for (const size of [1, 2, 5, 11]) {
      const windows = Array.from({ length: Math.ceil(body.length / size) }, (_, i) => body.subarray(i * size, (i + 1) * size))
      for (const left of inspect(windows)) expect(whole.startsWith(left)).toBe(true)
    }
  },
)
