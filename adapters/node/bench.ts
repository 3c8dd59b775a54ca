import { createEngine } from '../../src/pipeline/engine.ts'
import { chooseKernel, parse, readInput, selectRules, UsageError } from './options.ts'
import { Progress } from './progress.ts'

/** Each file is scanned for at least this long, and at least five times. */
const MIN_MS = 600

/** `edge-dlp bench`: the scanner alone, over whole files. MB are 10^6 bytes. */
export async function bench(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean' },
    kernel: { type: 'string' },
    rules: { type: 'string' },
  } as const)
  if (positionals.length === 0) throw new UsageError('bench needs at least one file')
  const rules = selectRules(values.rules)
  const engine = createEngine({ rules, kernel: chooseKernel(values.kernel) })
  const session = engine.openScan()
  const progress = new Progress(positionals.length)
  const files = positionals.map((file) => {
    const body = readInput(file)
    if (body.length === 0) throw new UsageError(`${file}: empty`)
    const times: number[] = []
    let matches = -1
    const until = performance.now() + MIN_MS
    while (times.length < 5 || performance.now() < until) {
      session.reset()
      const started = performance.now()
      const count = session.feed(body, true).candidates.length
      times.push(performance.now() - started)
      if (matches >= 0 && count !== matches) throw new Error(`${file}: two scans gave different answers`)
      matches = count
    }
    times.sort((a, b) => a - b)
    const mbPerS = body.length / 1e3 / times[times.length >> 1]
    progress.step(file)
    return { file, bytes: body.length, mbPerS: Number(mbPerS.toFixed(2)), matches }
  })
  progress.clear()
  if (values.json) process.stdout.write(`${JSON.stringify({ rules: rules.length, kernel: engine.kernelName, files })}\n`)
  else {
    process.stdout.write(`${rules.length} rules, kernel ${engine.kernelName}\n`)
    for (const { file, bytes, mbPerS, matches } of files)
      process.stdout.write(
        `${mbPerS.toFixed(1).padStart(9)} MB/s ${String(matches).padStart(8)} matches ${String(bytes).padStart(11)} bytes  ${file}\n`,
      )
  }
  return 0
}
