import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { placedRules } from '../../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../../src/core/limits.ts'
import type { PlacedRule } from '../../../src/core/rule.ts'
import { chooseReader } from '../../../src/formats/choose-reader.ts'
import { chooseReading } from '../../../src/pipeline/choose-reading.ts'
import { createEngine } from '../../../src/pipeline/engine.ts'
import { Inspector } from '../../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../../src/policy/compile.ts'
import type { Policy } from '../../../src/policy/schema.ts'
import type { Keyer } from '../../../src/transform/transform.ts'

export interface Outcome {
  readonly edits: number
  readonly findings: number
  /** Rules that found something. */
  readonly rules: ReadonlySet<string>
  readonly output: Buffer
  /** Windows given to the readers, and the share of them in which there was a field to read. */
  readonly windows: number
  readonly shareRead: number
}

/** Digests cost nothing here: WebCrypto is another's. */
const keyer: Keyer = { id: 'bench', digest: async (values) => values.map(() => new Uint8Array(32)) }

/** Inspects and edits one body in this process: taken whole, or in windows of so many bytes. */
export type Inspect = (type: string, body: Uint8Array, window?: number) => Promise<Outcome>

export function inspectWith(policy: Policy, rules: readonly PlacedRule[] = placedRules): Inspect {
  const engine = createEngine({ rules, kernel: createNodeKernel() })
  const of = { side: 'request', method: 'POST', host: '', path: '/', contentType: '' } as const
  const plan = compilePolicy(policy, rules, 'bench').plan(of)
  return async (type, body, window) => {
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
    const found = new Set([...inspector.counts.keys()].map((kind) => kind.slice(0, kind.indexOf('|'))))
    const output =
      pieces.length === 1 ? Buffer.from(pieces[0].buffer, pieces[0].byteOffset, pieces[0].length) : Buffer.concat(pieces)
    const { edits, findings, windows, windowsRead } = inspector
    return { edits, findings, rules: found, output, windows, shareRead: windowsRead / Math.max(1, windows) }
  }
}

/** Reads a body into fields and does nothing with them; answers how many there were. */
export function readWith(type: string, body: Uint8Array): number {
  const { reading, reader: options } = chooseReading(new Headers({ 'content-type': type }), body.subarray(0, 4096))
  if (reading === 'binary-message') return 0
  let fields = 0
  const sink = {
    open: () => void fields++,
    plain() {},
    decoded() {},
    close() {},
    remark() {},
  }
  const reader = chooseReader(reading, sink, { maxDepth: DEFAULT_LIMITS.maxDepth, ...options })
  // plain bytes, as the runtime gives them
  reader.feed(new Uint8Array(body.buffer, body.byteOffset, body.length), true)
  return fields
}
