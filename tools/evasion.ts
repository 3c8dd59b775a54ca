// npm run evasion [-- --tiers 2,3] [--all-chunkings] [--platform fastly]: the evasion suite through a gateway's sockets. Exit 1 where a case of tier 1 or 2 fails, or fewer than
// 70 of 100 of tier 3 hold.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { receiptFaults } from '../test/support/receipts.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
/** The suite's folder; EDGE_DLP_SHARED names the one it is in (default ../shared). */
export const suite = join(resolve(root, process.env.EDGE_DLP_SHARED ?? '../shared'), 'evasion')

/** Event streams and APIs wait for readers of their own. */
export const FILES = ['json', 'forms', 'text', 'markup', 'encodings', 'unicode', 'http', 'floods', 'benign']

/** Of tier 3, the stretch, so many of a hundred must hold. */
const STRETCH = 70

const COMMANDS = {
  workers: 'npm start',
  fastly: `${process.execPath} test/support/serve-fastly.ts`,
  'fastly-linked': `${process.execPath} test/support/serve-fastly.ts --linked`,
}

const BR = 'an answer in br: no decoder is there, so it is refused'
/** Cases of tiers 1 and 2 that the stock Compute service does not hold as expected, and why. None leaks. */
export const NOT_ON_FASTLY: Readonly<Record<string, string>> = {
  'd-coding.single-08': BR,
  'd-coding.escaped-inside-04': BR,
  'd-coding.large-02': BR,
  'd-promise.coding-03': BR,
  'd-promise.coding-04': BR,
  'd-benign.compressed-asset-02': BR,
}

export interface EvasionOptions {
  readonly tiers: readonly number[]
  /** A body is cut at every offset. Default: a few cuts a case. */
  readonly allChunkings?: boolean
  readonly platform?: keyof typeof COMMANDS
}

export interface EvasionCase {
  readonly id: string
  readonly tier: number
  readonly ok: boolean
  /** In the words of the suite, without what leaked. */
  readonly why: readonly string[]
}

/** Runs the cases of these tiers; answers what became of each, and the suite's own table. */
export async function runEvasion(options: EvasionOptions): Promise<{ cases: EvasionCase[]; table: string }> {
  const { tiers, allChunkings = false, platform = 'workers' } = options
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-evasion-'))
  try {
    const tierOf = new Map<string, number>()
    const lines = FILES.flatMap((file) => readFileSync(join(suite, `${file}.jsonl`), 'utf8').split('\n')).filter((line) => {
      if (line === '') return false
      const { id, tier } = JSON.parse(line) as { id: string; tier: number }
      if (tiers.includes(tier)) tierOf.set(id, tier)
      return tiers.includes(tier)
    })
    const [chosen, result] = [join(folder, 'cases.jsonl'), join(folder, 'result.json')]
    writeFileSync(chosen, `${lines.join('\n')}\n`)
    const log = join(folder, 'gateway.log')
    const table = await score(result, log, [
      ...[chosen, '--json', result, '--gateway-command', COMMANDS[platform], '--strict-chunks', '--show', '100'],
      ...(allChunkings ? [] : ['--quick']),
      ...(platform === 'workers' ? [] : ['--limit-ms', '60000']),
    ])
    if (platform === 'workers') checkReceipts(readFileSync(log, 'utf8'))
    const { cases } = JSON.parse(readFileSync(result, 'utf8')) as { cases: { id: string; ok: boolean; why?: string[] }[] }
    return { cases: cases.map(({ id, ok, why = [] }) => ({ id, tier: tierOf.get(id)!, ok, why })), table }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every message of the run has a receipt, and it balances. (Of two gateways that write at once, a line may be torn.) */
function checkReceipts(log: string): void {
  const lines = log.split('\n').filter((line) => line.startsWith('{"schema":"edge-dlp/event/'))
  if (lines.length === 0) throw new Error('evasion: the gateway told no event')
  const faults = lines.flatMap((line) => {
    try {
      return receiptFaults(JSON.parse(line))
    } catch {
      return []
    }
  })
  if (faults.length > 0) throw new Error(`evasion: receipts: ${faults.slice(0, 5).join('; ')}`)
}

/** Runs the suite's judge, which writes `result`; answers what it printed. Rejects where it could not judge. */
async function score(result: string, log: string, args: readonly string[]): Promise<string> {
  const env = {
    ...process.env,
    EVENTS: '1',
    GATEWAY_LOG: log,
    POLICY: 'test/support/evasion-policy.json',
    PLACES_POLICY: 'test/support/evasion-policy-places.json',
  }
  // It ends itself at once when it is through: what it wrote to a socket would be lost.
  const said = `${result}.txt`
  const out = openSync(said, 'w')
  const judge = [join(suite, 'score.mjs'), join(suite, 'drive-gateway.mjs'), ...args]
  const child = spawn(process.execPath, judge, { cwd: root, env, stdio: ['ignore', out, out] })
  await new Promise((done, failed) => child.on('error', failed).on('close', done))
  closeSync(out)
  const text = readFileSync(said, 'utf8')
  if (!existsSync(result)) throw new Error(text.slice(-2_000))
  return text
}

/** Which cases must hold and do not, as lines. */
export function misses(cases: readonly EvasionCase[]): string[] {
  const failed = cases.filter(({ ok }) => !ok)
  const stretch = cases.filter(({ tier }) => tier > 2)
  const held = stretch.filter(({ ok }) => ok).length
  const lines = failed.filter(({ tier }) => tier <= 2).map(({ id, why }) => `${id}: ${why.slice(0, 3).join('; ')}`)
  if (held * 100 < stretch.length * STRETCH) lines.push(`tier 3: ${held} of ${stretch.length}`)
  return lines
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      tiers: { type: 'string', default: '1,2,3' },
      'all-chunkings': { type: 'boolean' },
      platform: { type: 'string', default: 'workers' },
    },
  })
  if (!existsSync(suite)) {
    process.stderr.write(`evasion: ${suite} is not there (set EDGE_DLP_SHARED)\n`)
    process.exit(2)
  }
  const { cases } = await runEvasion({
    tiers: values.tiers.split(',').map(Number),
    allChunkings: values['all-chunkings'],
    platform: values.platform as keyof typeof COMMANDS,
  })
  for (const { id, tier, ok, why } of cases) if (!ok) process.stdout.write(`tier ${tier}  ${id}: ${why.slice(0, 3).join('; ')}\n`)
  process.stdout.write(`${cases.filter(({ ok }) => ok).length} of ${cases.length} cases hold\n`)
  const missed = misses(cases)
  if (missed.length > 0) process.stdout.write(`must hold:\n${missed.join('\n')}\n`)
  process.exitCode = missed.length > 0 ? 1 : 0
}
