// Writes docs/coverage.md: the table of formats, and the evasion suite through the gateway's sockets in workerd.
//   node tools/coverage.ts [--table-only | --fastly]       EDGE_DLP_SHARED names the folder that holds evasion/ (default ../shared)
// --table-only keeps the results of the suite as they are; --fastly drives the Compute service in the test host instead (half an hour and more) and keeps what came out
// in test/bench/record/evasion-fastly.json.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { record } from '../test/bench/figures.ts'
import { type EvasionCase, FILES, runEvasion, suite } from './evasion.ts'
import { failuresChapter, fastlyChapter, formatsChapter } from './formats.ts'

const document = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/coverage.md')
const RESULTS = '## The evasion suite'
const [option] = process.argv.slice(2)

if (option !== '--table-only' && !existsSync(suite)) {
  process.stderr.write(`coverage: ${suite} is not there (set EDGE_DLP_SHARED)\n`)
  process.exit(2)
}
if (option === '--fastly') keep((await runEvasion({ tiers: [1, 2, 3], platform: 'fastly' })).cases)
write(option === undefined ? await runSuite() : readFileSync(document, 'utf8').split(`${RESULTS}\n`)[1])

function keep(cases: readonly EvasionCase[]): void {
  const failed = cases.filter(({ ok }) => !ok).map(({ id, tier, why }) => ({ id, tier, why }))
  record('evasion-fastly', { cases: cases.length, failed })
}

/** `results`: the last chapter, without its title. */
function write(results: string): void {
  writeFileSync(
    document,
    `# Coverage\n\n${formatsChapter()}\n\n${failuresChapter(results)}\n\n${fastlyChapter()}\n\n${RESULTS}\n${results}`,
  )
}

async function runSuite(): Promise<string> {
  const { table: said } = await runEvasion({ tiers: [1, 2, 3] })
  // What leaked is test data, but a document needs no values.
  const table = said
    .slice(said.indexOf('By technique:'))
    .replace(/ leak -> "[^"\n]*"/g, ' leak')
    .replace(/^Slowest deliveries.*\n/m, '')
  process.stdout.write(`${said.trim().split('\n').at(-1)}\n`)
  const date = new Date().toISOString().slice(0, 10)
  return `
Written by \`npm run coverage\` on ${date}: the evasion suite (files ${FILES.join(', ')}) through the gateway's sockets in workerd, \`--quick --strict-chunks\`,
under \`test/support/evasion-policy.json\`; cases that concern the URL or headers under \`test/support/evasion-policy-places.json\`.

Tier 1 must hold, tier 2 a careful product holds, tier 3 is a stretch, where blocking is always allowed.

\`\`\`
${table.trim()}
\`\`\`
`
}
