// npm test: installs what is missing, then runs the suite under the project's Node. Arguments go to vitest (`npm test -- jwt`).
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = (command, args) => spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status ?? 1

if (!['vitest', 'node', 'miniflare', 'fast-check'].every((name) => existsSync(`${root}node_modules/${name}/package.json`))) {
  process.stdout.write('Installing the packages (npm ci) …\n')
  const status = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (status !== 0) process.exit(status)
}
process.exit(
  run('npm', [
    'exec',
    '--no',
    '-c',
    `vitest run ${process.argv
      .slice(2)
      .map((argument) => JSON.stringify(argument))
      .join(' ')}`,
  ]),
)
