import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import { chooseReading } from '../../src/pipeline/choose-reading.ts'
import { Inspector, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { engine } from '../support/engine.ts'

export { engine }

const REDACT: Policy = { mode: 'enforce', request: { '*': 'redact' } }

const planNow = (policy: Policy) =>
  compilePolicy(policy, placedRules, 'test').plan({ side: 'request', method: 'POST', host: '', path: '/', contentType: '' })

/** Of each policy, made once: that takes longer than to inspect a short body. */
const plans = new WeakMap<Policy, ReturnType<typeof planNow>>()

function planOf(policy: Policy) {
  const plan = plans.get(policy) ?? planNow(policy)
  plans.set(policy, plan)
  return plan
}

export interface Inspected {
  readonly output: Uint8Array
  /** What had left after each window. */
  readonly prefixes: readonly Uint8Array[]
  readonly findings: string
  readonly remarks: string
  readonly edits: number
}

/** Scrubs a body given as windows (undefined: taken whole), as the pipeline does. `contentType`: where its reader needs more than its kind. */
export function inspectBody(
  body: Uint8Array,
  reading: Reading,
  windows?: readonly Uint8Array[],
  policy: Policy = REDACT,
  contentType = '',
): Inspected {
  const plan = planOf(policy)
  const choice = contentType === '' ? undefined : chooseReading(new Headers({ 'content-type': contentType }), body)
  const inspector = new Inspector({
    engine,
    plan,
    limits: DEFAULT_LIMITS,
    reading,
    reader: choice?.reader,
    also: choice?.also,
    onBlock: 'redact',
  })
  const pieces: Uint8Array[] = []
  const prefixes: Uint8Array[] = []
  const take = () => {
    pieces.push(...(inspector.take() as Uint8Array[]).map((piece) => piece.slice()))
    prefixes.push(Buffer.concat(pieces))
  }
  feed(inspector, windows ?? body, take)
  return {
    output: Buffer.concat(pieces),
    prefixes,
    findings: JSON.stringify(inspector.records),
    remarks: JSON.stringify(inspector.remarks),
    edits: inspector.edits,
  }
}

/** Gives a body to an inspection, whole or in windows, which are its own for the time of the call; `take` is called whenever something may have come. */
export function feed(inspector: Inspector, windows: Uint8Array | readonly Uint8Array[], take: () => void): void {
  if (windows instanceof Uint8Array) inspector.inspectWhole(windows)
  else {
    for (const window of windows) {
      const lent = window.slice()
      inspector.push(lent, false)
      lent.fill(0xff)
      take()
    }
    inspector.push(new Uint8Array(0), true)
  }
  take()
}
