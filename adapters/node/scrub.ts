import { readFileSync } from 'node:fs'
import { placedRules } from '../../rules/index.ts'
import { createDlp } from '../../src/middleware/core.ts'
import { toMessage } from '../../src/middleware/messages.ts'
import { createEngine } from '../../src/pipeline/engine.ts'
import { type Policy, parsePolicy } from '../../src/policy/schema.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { builtTables } from './built-tables.ts'
import { parse, UsageError } from './options.ts'

const EVERYTHING: Policy = { mode: 'enforce', request: { '*': 'redact' } }

/**
 * `edge-dlp scrub`: standard input is the body of a request, standard output what leaves. A refused body writes nothing and
 * exits 2 with the reason.
 */
export async function scrub(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, { 'content-type': { type: 'string' }, policy: { type: 'string' } } as const)
  if (positionals.length > 0) throw new UsageError('scrub reads standard input and takes no files')
  const core = createDlp({
    policy: values.policy === undefined ? EVERYTHING : readPolicy(values.policy),
    engine: createEngine({ rules: placedRules, kernel: createPortableKernel(), ...builtTables() }),
    key: process.env.DLP_KEY,
  })
  const headers = new Headers(values['content-type'] === undefined ? {} : { 'content-type': values['content-type'] })
  const policy = (await core.policy(core.randomId()))!
  const body = streamOf(process.stdin)
  const passed = await core.pass(
    toMessage('request', { method: 'POST', host: 'localhost', path: '/' }, 0, headers, body as never, policy, {
      trust: 'header',
    }),
    core.randomId(),
  )
  if (passed.refusal !== undefined) {
    process.stderr.write(
      `edge-dlp: refused (${passed.refusal.reason}${passed.refusal.rules.length > 0 ? `: ${passed.refusal.rules.join(', ')}` : ''})\n`,
    )
    return 2
  }
  if (passed.body === null) return 0
  if (passed.body instanceof Uint8Array) await write(passed.body)
  else for await (const piece of passed.body as unknown as AsyncIterable<Uint8Array>) await write(piece)
  return 0
}

export function readPolicy(file: string): Policy {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`--policy ${file}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be read'}`)
  }
  return parsePolicy(text)
}

function streamOf(input: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const chunks = input[Symbol.asyncIterator]()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

function write(bytes: Uint8Array): Promise<void> | undefined {
  if (process.stdout.write(bytes)) return undefined
  return new Promise((drained) => process.stdout.once('drain', drained))
}
