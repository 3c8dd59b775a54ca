import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Ended {
  readonly code: number
  /** What it wrote to standard output. */
  readonly out: string
}

/** Runs `npm run -s dlp -- …args` where the project stands. */
export type RunDlp = (args: readonly string[], input?: string) => Ended

const CARD = '4111111111111111'

/** What README shows of each command, tried: with its options, files of our own in the place of FILE, and the answers they must give. Files are made in `scratch`. */
const TRIALS: Readonly<Record<string, (run: RunDlp, scratch: string, options: readonly string[]) => void>> = {
  scan(run, scratch, options) {
    if (options.includes('jsonl')) {
      const { code, out } = run(['scan', '--jsonl'], `{"id":"a","text":"card ${CARD}"}\n`)
      const [finding] = JSON.parse(out).findings
      demand(code === 0 && finding.rule === 'credit-card' && finding.start === 5 && finding.end === 21, out)
      return
    }
    const { code, out } = run(['scan', '--json', '--rules', 'payment', '--min-confidence', 'medium', leak(scratch)])
    demand(code === 1 && out.includes('credit-card') && !out.includes(CARD), out)
  },
  scrub(run) {
    const { code, out } = run(['scrub', '--content-type', 'application/json'], JSON.stringify({ card: CARD }))
    demand(code === 0 && out === '{"card":"[redacted:CREDIT_CARD]"}', out)
  },
  bench(run, scratch) {
    const { code, out } = run(['bench', '--json', '--rules', 'payment', leak(scratch)])
    demand(code === 0 && JSON.parse(out).files[0].matches === 1, out)
  },
  init(run) {
    const { code, out } = run(
      ['init', '--kind', 'api', '--country', 'us,uk', '--route', 'orders=/orders*', '--skip', '/health*'], //
    )
    const { mode, routes } = JSON.parse(out)
    demand(code === 0 && mode === 'observe' && routes[0].name === 'orders' && routes[1].skip === true, out)
  },
  report(run) {
    const { code, out } = run(['report', '--json', '-'], '{"schema":"edge-dlp/error/1"}\n')
    const { messages, routes } = JSON.parse(out)
    demand(code === 0 && messages === 0 && routes.length === 0, out)
  },
  bundle(run, scratch) {
    const [policy, key] = [policyFile(scratch), join(scratch, 'key')]
    writeFileSync(key, run(['bundle', '--new-key', 'hmac']).out.split(/\s/)[1])
    const given = ['--policy', policy, '--version', '1', '--not-after', '30d', '--kill', '--key', key]
    const { code, out } = run(['bundle', ...given])
    demand(code === 0 && out.startsWith('edge-dlp/bundle/1 hmac='), out)
  },
  suppress(run, scratch) {
    const policy = policyFile(scratch)
    const given = ['--rule', 'payment', '--path', '/id', '--reason', 'a test', '--expires', '30d']
    const { code, out } = run(['suppress', policy, ...given])
    demand(code === 0 && out === '', out)
    demand(run(['suppress', '--list', policy]).out.includes('a test'), 'the suppression is not listed')
  },
  rules(run, _, options) {
    const asked = options.includes('json') ? ['--json'] : []
    const { code, out } = run(['rules', ...asked])
    demand(code === 0 && out.includes('credit-card'), out)
  },
}

/** Tries a line of README, `npm run -s dlp -- NAME …`. Throws where it is not known, or does not answer as it must. */
export function tryDlpCommand(line: string, run: RunDlp, scratch: string): void {
  const name = /^npm run -s dlp -- (\w+)/.exec(line)?.[1]
  const trial = name === undefined ? undefined : TRIALS[name]
  if (trial === undefined) throw new Error(`not known: ${line}`)
  const options = [...line.matchAll(/--([a-z-]+)/g)].map(([, option]) => option)
  trial(run, scratch, options)
}

function demand(holds: boolean, said: string): asserts holds {
  if (!holds) throw new Error(`it answered: ${said.slice(0, 500)}`)
}

function leak(scratch: string): string {
  const file = join(scratch, 'leak.json')
  writeFileSync(file, JSON.stringify({ card: CARD }))
  return file
}

function policyFile(scratch: string): string {
  const file = join(scratch, 'policy.json')
  writeFileSync(file, '{"request":{"payment":"redact"}}')
  return file
}
