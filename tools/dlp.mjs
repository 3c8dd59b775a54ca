// npm run dlp: the command, from the sources. Plain JavaScript: runs on any Node from 20 on, installs what is missing, as `npm start` and `npm test` do, and goes on under
// the project's Node where the one that runs this reads no TypeScript.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { missing, npm, root } from './installed.mjs'

const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
if (missing([...Object.keys(dependencies), 'node']).length > 0) {
  process.stderr.write('Installing the packages (npm ci) …\n')
  const status = await npm(['ci']).done
  if (status !== 0) process.exit(2)
}
// The tables that the command loads are of these sources; what was built before may be of others.
if (missing(['esbuild']).length === 0) await (await import('./write-tables.mjs')).writeTables()
if (process.features.typescript) await import('../adapters/node/edge-dlp.ts')
else {
  const args = [`${root}adapters/node/edge-dlp.ts`, ...process.argv.slice(2)]
  process.exit(spawnSync(`${root}node_modules/.bin/node`, args, { stdio: 'inherit' }).status ?? 2)
}
