import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts'
import { chooseReading } from '../../../src/pipeline/choose-reading.ts'
import { createEngine } from '../../../src/pipeline/engine.ts'
import { Inspector } from '../../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../../src/policy/compile.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { Keyer } from '../../../src/transform/transform.ts'

const engine = createEngine({ rules: placedRules, kernel: createNodeKernel() })
/** Actions of every kind; what `block` finds is edited, as in a body that streams. */
const ACTIONS: Policy = {
  mode: 'enforce',
  request: { '*': 'redact', payment: { mask: { keepLast: 4 } }, contact: 'hash', network: 'drop', credentials: 'block' },
}
const plan = compilePolicy(ACTIONS, placedRules, 'bench').plan({
  side: 'request',
  method: 'POST',
  host: '',
  path: '/',
  contentType: '',
})
/** Digests cost nothing here: WebCrypto is another's. */
const keyer: Keyer = { id: 'bench', digest: async (values) => values.map(() => new Uint8Array(32)) }

export interface Outcome {
  readonly edits: number
  readonly findings: number
  /** Rules that found something. */
  readonly rules: ReadonlySet<string>
  readonly output: Buffer
}

/** Inspects and edits one body in this process: taken whole, or in windows of so many bytes. */
export async function inspectBench(type: string, body: Uint8Array, window?: number): Promise<Outcome> {
  const choice = chooseReading(new Headers({ 'content-type': type }), body.subarray(0, 4096))
  const { reading, reader, also } = choice
  const inspector = new Inspector({ engine, plan, limits: DEFAULT_LIMITS, reading, reader, also, keyer, onBlock: 'redact' })
  const pieces: Uint8Array[] = []
  if (window === undefined) {
    inspector.inspectWhole(body)
    pieces.push(...(await inspector.take()))
  } else {
    for (let at = 0; at < body.length; at += window) {
      inspector.push(body.subarray(at, at + window), false)
      // What may leave is written at once, as a stream does.
      for (const piece of await inspector.take()) pieces.push(piece.slice())
    }
    inspector.push(new Uint8Array(0), true)
    pieces.push(...(await inspector.take()))
  }
  const rules = new Set([...inspector.counts.keys()].map((kind) => kind.slice(0, kind.indexOf('|'))))
  return { edits: inspector.edits, findings: inspector.findings, rules, output: Buffer.concat(pieces) }
}
