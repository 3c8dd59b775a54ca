// npm test: installs what is missing, then runs the suite under the project's Node. The id of a rule runs that rule's samples (`npm test -- jwt`);
// other arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
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
const given = process.argv.slice(2)
const isRule =
  given.length === 1 &&
  readdirSync(`${root}rules`, { recursive: true, encoding: 'utf8' }).some(
    (name) => /[^/\\]+$/.exec(name)?.[0] === `${given[0]}.ts`,
  )
const asked = isRule ? ['test/rules', '-t', `/${given[0]} `] : given
const words = ['vitest', 'run', ...asked.map((argument) => JSON.stringify(argument))]
process.exit(spawnSync('npm', ['exec', '--no', '-c', words.join(' ')], { cwd: root, stdio: 'inherit' }).status ?? 1)
