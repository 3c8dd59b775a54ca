// Writes docs/coverage.md: the evasion suite through the gateway's sockets in workerd, the whole table.
//   node tools/coverage.ts       EDGE_DLP_SHARED names the folder that holds evasion/ (default ../shared)
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const shared = resolve(root, process.env.EDGE_DLP_SHARED ?? '../shared')
const suite = join(shared, 'evasion')
if (!existsSync(suite)) {
  process.stderr.write(`coverage: ${suite} is not there (set EDGE_DLP_SHARED)\n`)
  process.exit(2)
}

/** Event streams and APIs wait for readers of their own. */
const FILES = ['json', 'forms', 'text', 'markup', 'encodings', 'unicode', 'http', 'floods', 'benign']
const args = [join(suite, 'score.mjs'), join(suite, 'drive-gateway.mjs'), ...FILES.map((file) => join(suite, `${file}.jsonl`))]
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
writeFileSync(
  join(root, 'docs/coverage.md'),
  `# Coverage

Written by \`npm run coverage\` on ${date}: the evasion suite (files ${FILES.join(', ')}) through the gateway's sockets in workerd, \`--quick --strict-chunks\`,
under \`test/support/evasion-policy.json\`; cases that concern the URL or headers under \`test/support/evasion-policy-places.json\`.

Tier 1 must hold, tier 2 a careful product holds, tier 3 is a stretch, where blocking is always allowed.

\`\`\`
${table.trim()}
\`\`\`
`,
)
