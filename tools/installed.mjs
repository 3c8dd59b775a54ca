// What is installed, against the lock file. Plain JavaScript: runs on any Node from 20 on, before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Names of `needed` that are not installed in the version of the lock file. npm's own record is written last: without it an install was cut short. */
export function missing(needed) {
  if (!existsSync(`${root}node_modules/.package-lock.json`)) return needed
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'))
  return needed.filter((name) => {
    try {
      const { version } = JSON.parse(readFileSync(`${root}node_modules/${name}/package.json`, 'utf8'))
      return version !== packages[`node_modules/${name}`]?.version
    } catch {
      return true
    }
  })
}

/** Runs npm in the project; what it says goes to stderr. Answers its exit status, and the child to end it by. */
export function npm(args) {
  const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: ['ignore', 2, 2] })
  const done = new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('exit', (code) => resolve(code ?? 1))
  })
  return { child, done }
}
