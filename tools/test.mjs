// npm test: installs what is missing, then runs the suite under the project's Node. Arguments go to vitest (`npm test -- jwt`).
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { missing, npm, root } from './installed.mjs'

const { dependencies, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const lacking = missing(Object.keys({ ...dependencies, ...devDependencies }))
if (lacking.length > 0) {
  process.stdout.write(
    `Installing the packages (npm ci), as ${lacking.length} are missing or not of the version in the lock file …\n`,
  )
  const status = await npm(['ci']).done
  if (status !== 0) process.exit(status)
}
const words = ['vitest', 'run', ...process.argv.slice(2).map((argument) => JSON.stringify(argument))]
process.exit(spawnSync('npm', ['exec', '--no', '-c', words.join(' ')], { cwd: root, stdio: 'inherit' }).status ?? 1)
