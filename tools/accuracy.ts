// Scores `edge-dlp scan --jsonl` over the development corpora, strict, and writes the dated table to docs/accuracy.md.
//   node tools/accuracy.ts [--no-write]
// Exit 1 when a figure is beyond its floor, 2 when the corpora or the command fail. EDGE_DLP_SHARED names the folder
// that holds corpora/ (default ../shared).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The labels the floors are about; the other two are reported apart: national phone formats and loose passwords come with the catalogue. */
const HEADLINE = [
  'credit_card',
  'iban',
  'us_ssn',
  'email',
  'ip_address',
  'aws_access_key',
  'aws_secret_key',
  'github_token',
  'slack_token',
  'stripe_key',
  'jwt',
  'private_key',
  'database_url',
]
const APART = ['phone_number', 'generic_password']

/** Shares of spans, and what benign text may cost per MB. */
export const FLOORS = { label: 0.9, covered: 0.9, exact: 0.85, falsePerMB: 5, flaggedPerMB: 150 }

interface Cell {
  n: number
  same: number
  cov: number
  exact: number
  negN?: number
  negSame?: number
}
export interface Scores {
  readonly labels: Readonly<Record<string, Cell>>
  readonly benign: { readonly fpPerMB: number; readonly flaggedPerMB: number; readonly fp: number; readonly bytes: number }
  readonly unknown: Readonly<Record<string, number>>
}

const NONE: Cell = { n: 0, same: 0, cov: 0, exact: 0 }

export function total(scores: Scores, labels: readonly string[]): Cell {
  return labels.reduce<Cell>((sum, label) => {
    const cell = scores.labels[label] ?? NONE
    return { n: sum.n + cell.n, same: sum.same + cell.same, cov: sum.cov + cell.cov, exact: sum.exact + cell.exact }
  }, NONE)
}

/** What lies beyond its floor, in words; empty when all is well. */
export function shortfalls(scores: Scores): string[] {
  const sum = total(scores, HEADLINE)
  const out: string[] = []
  const least = (name: string, share: number, floor: number) => {
    // no span at all is a broken run, not a good one
    if (!(share >= floor)) out.push(`${name} ${(100 * share).toFixed(1)} % is below ${100 * floor} %`)
  }
  least('right label', sum.same / sum.n, FLOORS.label)
  least('covered', sum.cov / sum.n, FLOORS.covered)
  least('exact', sum.exact / sum.n, FLOORS.exact)
  if (!(scores.benign.fpPerMB <= FLOORS.falsePerMB))
    out.push(`${scores.benign.fpPerMB.toFixed(1)} false positives per MB of benign text are more than ${FLOORS.falsePerMB}`)
  if (!(scores.benign.flaggedPerMB <= FLOORS.flaggedPerMB))
    out.push(`${scores.benign.flaggedPerMB.toFixed(1)} flagged bytes per MB of benign text are more than ${FLOORS.flaggedPerMB}`)
  const unknown = Object.keys(scores.unknown)
  if (unknown.length > 0) out.push(`labels outside the taxonomy: ${unknown.join(', ')}`)
  return out
}

export function table(scores: Scores, date: string): string {
  const percent = (part: number, n: number) => (n > 0 ? ((100 * part) / n).toFixed(1) : '–')
  const row = (name: string, cell: Cell) =>
    `| ${name} | ${cell.n} | ${percent(cell.same, cell.n)} | ${percent(cell.cov, cell.n)} | ${percent(cell.exact, cell.n)} | ${cell.negN === undefined ? '' : `${cell.negSame} of ${cell.negN}`} |`
  const sum = total(scores, HEADLINE)
  return `# Accuracy

Written by \`npm run accuracy\` on ${date}: \`edge-dlp scan --jsonl\`, findings from \`medium\` on, over the development corpora, strict scoring.

| label | spans | right label % | covered % | exact % | negatives flagged |
| --- | --: | --: | --: | --: | --: |
${HEADLINE.map((label) => row(label, scores.labels[label] ?? NONE)).join('\n')}
| **all of these** | ${sum.n} | **${percent(sum.same, sum.n)}** | **${percent(sum.cov, sum.n)}** | **${percent(sum.exact, sum.n)}** | |
| floor | | ${100 * FLOORS.label} | ${100 * FLOORS.covered} | ${100 * FLOORS.exact} | |
${APART.map((label) => row(`${label} (apart)`, scores.labels[label] ?? NONE)).join('\n')}

Benign text, all rules on: ${scores.benign.fpPerMB.toFixed(1)} false positives per MB (at most ${FLOORS.falsePerMB}), ${scores.benign.flaggedPerMB.toFixed(1)} flagged bytes per MB (at most ${FLOORS.flaggedPerMB}), over ${(scores.benign.bytes / 1e6).toFixed(2)} MB.

What is out of reach of these rules, and why: card numbers that fail the check digit; JSON Web Tokens longer than the scorer's 400 characters for texts without spans;
database URLs whose marked span takes in the code behind the closing quote; account numbers that fail their country's length; phone numbers in national form; passwords under names as general as \`secret\`.
`
}

function run(): number {
  const corpora = join(resolve(root, process.env.EDGE_DLP_SHARED ?? '../shared'), 'corpora')
  if (!existsSync(join(corpora, 'run.mjs'))) {
    console.error(`accuracy: no corpora in ${corpora}; set EDGE_DLP_SHARED to the folder that holds corpora/`)
    return 2
  }
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-accuracy-'))
  try {
    const json = join(folder, 'scores.json')
    const child = spawnSync(
      process.execPath,
      [join(corpora, 'run.mjs'), '--json', json, '--', 'npm', 'run', '-s', 'dlp', '--', 'scan', '--jsonl'],
      { cwd: root, stdio: 'inherit' },
    )
    if (child.status !== 0 || !existsSync(json)) {
      console.error('accuracy: the scorer or the command failed, see above')
      return 2
    }
    const scores = JSON.parse(readFileSync(json, 'utf8')) as Scores
    const text = table(scores, new Date().toISOString().slice(0, 10))
    console.log(`\n${text}`)
    if (!process.argv.includes('--no-write')) writeFileSync(join(root, 'docs/accuracy.md'), text)
    const missing = shortfalls(scores)
    for (const line of missing) console.error(`accuracy: ${line}`)
    return missing.length > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) process.exit(run())
