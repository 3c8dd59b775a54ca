// Scores `edge-dlp scan --jsonl` over the development corpora, strict, and writes docs/accuracy.md and docs/accuracy.json (the figures).
//   node tools/accuracy.ts             writes both; refuses to record a figure that fell by more than half a point
//   node tools/accuracy.ts --accept    records it all the same
//   node tools/accuracy.ts --no-write  writes nothing
// Exit 1 when a figure is beyond its floor or fell, 2 when the corpora or the command fail. EDGE_DLP_SHARED names the folder
// that holds corpora/ (default ../shared).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { placedRules } from '../rules/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const RECORD = join(root, 'docs/accuracy.json')

/** Labels reported apart: national phone formats and loose passwords depend on names more than on values. */
const APART = ['phone_number', 'generic_password']
/** The labels of the first fifteen rules, which have floors of their own over all corpora. */
const FIRST = [
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
/** The labels of every rule. */
const ALL = [...new Set(placedRules.map(({ rule }) => rule.label))].filter((label) => !APART.includes(label)).sort()
/** What the catalogue is scored over: annotated texts about people, secrets, and identifiers behind their names. */
const CATALOGUE_FILES = '^(pii_|secrets_|ids_stdnum_titled)'

/** Shares of spans; what benign text may cost per MB; the share of negative cases found under their own label. */
export const FLOORS = {
  first: { label: 0.9, covered: 0.9, exact: 0.85 },
  catalogue: { label: 0.85, covered: 0.88, exact: 0.8, precision: 0.8, negatives: 0.01 },
  falsePerMB: 5,
  flaggedPerMB: 150,
}
/** A recorded share may fall by this much; the corpora and the rules are the same everywhere, so this is a judgement, not noise. */
const SLACK = 0.005

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
  readonly groups?: Readonly<Record<string, { readonly found: number; readonly foundTrue: number }>>
  readonly files?: Readonly<Record<string, { readonly group: string; readonly negN: number; readonly negSame: number }>>
}
/** Both runs: every file, and the files of the catalogue's floors. */
export interface Run {
  readonly all: Scores
  readonly catalogue: Scores
}
/** Name → share, higher is better. */
export type Figures = Readonly<Record<string, number>>

const NONE: Cell = { n: 0, same: 0, cov: 0, exact: 0 }

export function total(scores: Scores, labels: readonly string[]): Cell {
  return labels.reduce<Cell>((sum, label) => {
    const cell = scores.labels[label] ?? NONE
    return { n: sum.n + cell.n, same: sum.same + cell.same, cov: sum.cov + cell.cov, exact: sum.exact + cell.exact }
  }, NONE)
}

/** Share of findings in annotated PII texts that lie on a labelled span. */
function precision(scores: Scores): number {
  const pii = scores.groups?.pii
  return pii === undefined ? 0 : pii.foundTrue / pii.found
}

function negatives(scores: Scores): { cases: number; found: number } {
  let cases = 0
  let found = 0
  for (const file of Object.values(scores.files ?? {})) {
    if (file.group === 'benign') continue
    cases += file.negN
    found += file.negSame
  }
  return { cases, found }
}

/** What lies beyond its floor, in words; empty when all is well. */
export function shortfalls({ all, catalogue }: Run): string[] {
  const out: string[] = []
  const least = (name: string, share: number, floor: number) => {
    // no span at all is a broken run, not a good one
    if (!(share >= floor)) out.push(`${name} ${(100 * share).toFixed(1)} % is below ${100 * floor} %`)
  }
  const first = total(all, FIRST)
  least('first rules: right label', first.same / first.n, FLOORS.first.label)
  least('first rules: covered', first.cov / first.n, FLOORS.first.covered)
  least('first rules: exact', first.exact / first.n, FLOORS.first.exact)
  const every = total(catalogue, ALL)
  least('all rules: right label', every.same / every.n, FLOORS.catalogue.label)
  least('all rules: covered', every.cov / every.n, FLOORS.catalogue.covered)
  least('all rules: exact', every.exact / every.n, FLOORS.catalogue.exact)
  least('precision in annotated PII texts', precision(catalogue), FLOORS.catalogue.precision)
  const { cases, found } = negatives(catalogue)
  if (!(found / cases <= FLOORS.catalogue.negatives))
    out.push(`${found} of ${cases} negatives found under their own label are more than ${100 * FLOORS.catalogue.negatives} %`)
  const { fpPerMB, flaggedPerMB } = all.benign
  if (!(fpPerMB <= FLOORS.falsePerMB))
    out.push(`${fpPerMB.toFixed(1)} false positives per MB of benign text are more than ${FLOORS.falsePerMB}`)
  if (!(flaggedPerMB <= FLOORS.flaggedPerMB))
    out.push(`${flaggedPerMB.toFixed(1)} flagged bytes per MB of benign text are more than ${FLOORS.flaggedPerMB}`)
  const unknown = Object.keys(all.unknown)
  if (unknown.length > 0) out.push(`labels outside the taxonomy: ${unknown.join(', ')}`)
  return out
}

/** Every figure that is recorded. */
export function figures({ all, catalogue }: Run): Figures {
  const out: Record<string, number> = {}
  const put = (name: string, cell: Cell) => {
    if (cell.n === 0) return
    out[`${name}, right label`] = cell.same / cell.n
    out[`${name}, covered`] = cell.cov / cell.n
    out[`${name}, exact`] = cell.exact / cell.n
  }
  put('first rules', total(all, FIRST))
  put('all rules', total(catalogue, ALL))
  for (const label of [...ALL, ...APART]) put(label, catalogue.labels[label] ?? NONE)
  out['precision in annotated PII texts'] = precision(catalogue)
  const { cases, found } = negatives(catalogue)
  if (cases > 0) out['negatives left alone'] = 1 - found / cases
  return Object.fromEntries(Object.entries(out).map(([name, share]) => [name, Math.round(share * 1e5) / 1e5]))
}

/** Recorded figures that are lower now by more than SLACK, or gone. */
export function fallen(recorded: Figures, now: Figures): string[] {
  return Object.entries(recorded)
    .filter(([name, share]) => !(now[name] >= share - SLACK))
    .map(([name, share]) => `${name} fell from ${(100 * share).toFixed(1)} % to ${(100 * (now[name] ?? 0)).toFixed(1)} %`)
}

export function table(run: Run, date: string): string {
  const { all, catalogue } = run
  const percent = (part: number, n: number) => (n > 0 ? ((100 * part) / n).toFixed(1) : '–')
  const row = (name: string, cell: Cell) =>
    `| ${name} | ${cell.n} | ${percent(cell.same, cell.n)} | ${percent(cell.cov, cell.n)} | ${percent(cell.exact, cell.n)} | ${cell.negN === undefined ? '' : `${cell.negSame} of ${cell.negN}`} |`
  const bold = (name: string, cell: Cell) =>
    `| **${name}** | ${cell.n} | **${percent(cell.same, cell.n)}** | **${percent(cell.cov, cell.n)}** | **${percent(cell.exact, cell.n)}** | |`
  const head =
    '| label | spans | right label % | covered % | exact % | negatives flagged |\n| --- | --: | --: | --: | --: | --: |'
  const { cases, found } = negatives(catalogue)
  const floors = (of: { label: number; covered: number; exact: number }) =>
    `| floor | | ${100 * of.label} | ${100 * of.covered} | ${100 * of.exact} | |`
  return `# Accuracy

Written by \`npm run accuracy\` on ${date}: \`edge-dlp scan --jsonl\` with all ${placedRules.length} rules on, findings from \`medium\` on, over the development corpora, strict scoring.
The figures stand in accuracy.json too; a run fails when one falls by more than half a point.

## Every rule

Over \`pii_*\`, \`secrets_*\` and \`ids_stdnum_titled\`.

${head}
${ALL.map((label) => row(label, catalogue.labels[label] ?? NONE)).join('\n')}
${bold('all of these', total(catalogue, ALL))}
${floors(FLOORS.catalogue)}
${APART.map((label) => row(`${label} (apart)`, catalogue.labels[label] ?? NONE)).join('\n')}

Precision in annotated PII texts: ${percent(precision(catalogue), 1)} % (at least ${100 * FLOORS.catalogue.precision} %). Negative cases found under their own label: ${found} of ${cases}, ${percent(found, cases)} % (at most ${100 * FLOORS.catalogue.negatives} %).

Benign text: ${all.benign.fpPerMB.toFixed(1)} false positives per MB (at most ${FLOORS.falsePerMB}), ${all.benign.flaggedPerMB.toFixed(1)} flagged bytes per MB (at most ${FLOORS.flaggedPerMB}), over ${(all.benign.bytes / 1e6).toFixed(2)} MB.

## The first fifteen rules

Over all corpora.

${head}
${FIRST.map((label) => row(label, all.labels[label] ?? NONE)).join('\n')}
${bold('all of these', total(all, FIRST))}
${floors(FLOORS.first)}

## Out of reach, and why

Numbers with one check digit and nothing beside them (they are \`low\`: one number in ten or eleven has the right digit); values that fail their check digit, their country's
length or their structure; JSON Web Tokens longer than the scorer's 400 characters for texts without spans; database URLs whose marked span takes in the code behind the closing
quote; dates of birth and phone numbers in tables that arrive without a content type; placeholders such as \`user:pass@\`; tokens drawn from looser patterns than their issuers use;
passwords under names as general as \`secret\`.
`
}

function score(corpora: string, folder: string, files?: string): Scores | undefined {
  const json = join(folder, files === undefined ? 'all.json' : 'catalogue.json')
  const child = spawnSync(
    process.execPath,
    [
      join(corpora, 'run.mjs'),
      ...(files === undefined ? [] : ['--files', files]),
      '--json',
      json,
      '--',
      'npm',
      'run',
      '-s',
      'dlp',
      '--',
      'scan',
      '--jsonl',
    ],
    { cwd: root, stdio: ['ignore', files === undefined ? 'inherit' : 'ignore', 'inherit'] },
  )
  return child.status === 0 && existsSync(json) ? (JSON.parse(readFileSync(json, 'utf8')) as Scores) : undefined
}

function run(): number {
  const corpora = join(resolve(root, process.env.EDGE_DLP_SHARED ?? '../shared'), 'corpora')
  if (!existsSync(join(corpora, 'run.mjs'))) {
    console.error(`accuracy: no corpora in ${corpora}; set EDGE_DLP_SHARED to the folder that holds corpora/`)
    return 2
  }
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-accuracy-'))
  try {
    const all = score(corpora, folder)
    const catalogue = score(corpora, folder, CATALOGUE_FILES)
    if (all === undefined || catalogue === undefined) {
      console.error('accuracy: the scorer or the command failed, see above')
      return 2
    }
    const date = new Date().toISOString().slice(0, 10)
    const text = table({ all, catalogue }, date)
    console.log(`\n${text}`)
    const now = figures({ all, catalogue })
    const recorded = existsSync(RECORD) ? (JSON.parse(readFileSync(RECORD, 'utf8')) as { figures: Figures }).figures : {}
    const lower = fallen(recorded, now)
    if (!process.argv.includes('--no-write') && (lower.length === 0 || process.argv.includes('--accept'))) {
      writeFileSync(join(root, 'docs/accuracy.md'), text)
      writeFileSync(RECORD, `${JSON.stringify({ date, figures: now }, null, 2)}\n`)
    }
    const wrong = [...shortfalls({ all, catalogue }), ...(process.argv.includes('--accept') ? [] : lower)]
    for (const line of wrong) console.error(`accuracy: ${line}`)
    return wrong.length > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) process.exit(run())
