// Writes docs/coverage.md: the table of formats, and the evasion suite through the gateway's sockets in workerd.
//   node tools/coverage.ts [--table-only]       EDGE_DLP_SHARED names the folder that holds evasion/ (default ../shared)
// --table-only keeps the results of the suite as they are.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { failuresChapter, formatsChapter } from './formats.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const document = join(root, 'docs/coverage.md')
const RESULTS = '## The evasion suite'

if (process.argv.includes('--table-only')) write(readFileSync(document, 'utf8').split(`${RESULTS}\n`)[1])
else write(runSuite())

/** `results`: the last chapter, without its title. */
function write(results: string): void {
  writeFileSync(document, `# Coverage\n\n${formatsChapter()}\n\n${failuresChapter(results)}\n\n${RESULTS}\n${results}`)
}

function runSuite(): string {
  const shared = resolve(root, process.env.EDGE_DLP_SHARED ?? '../shared')
  const suite = join(shared, 'evasion')
  if (!existsSync(suite)) {
    process.stderr.write(`coverage: ${suite} is not there (set EDGE_DLP_SHARED)\n`)
    process.exit(2)
  }
  /** Event streams and APIs wait for readers of their own. */
  const files = ['json', 'forms', 'text', 'markup', 'encodings', 'unicode', 'http', 'floods', 'benign']
  const args = [join(suite, 'score.mjs'), join(suite, 'drive-gateway.mjs'), ...files.map((file) => join(suite, `${file}.jsonl`))]
  const { stdout } = spawnSync(
    'node',
    [...args, '--gateway-command', 'npm start', '--quick', '--strict-chunks', '--tier', '3', '--show', '100'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
      env: {
        ...process.env,
        POLICY: 'test/support/evasion-policy.json',
        PLACES_POLICY: 'test/support/evasion-policy-places.json',
      },
    },
  )
  // What leaked is test data, but a document needs no values.
  const table = stdout
    .slice(stdout.indexOf('By technique:'))
    .replace(/ leak -> "[^"\n]*"/g, ' leak')
    .replace(/^Slowest deliveries.*\n/m, '')
  process.stdout.write(`${stdout.trim().split('\n').at(-1)}\n`)
  const date = new Date().toISOString().slice(0, 10)
  return `
Written by \`npm run coverage\` on ${date}: the evasion suite (files ${files.join(', ')}) through the gateway's sockets in workerd, \`--quick --strict-chunks\`,
under \`test/support/evasion-policy.json\`; cases that concern the URL or headers under \`test/support/evasion-policy-places.json\`.

Tier 1 must hold, tier 2 a careful product holds, tier 3 is a stretch, where blocking is always allowed.

\`\`\`
${table.trim()}
\`\`\`
`
}
