#!/usr/bin/env node
import { bench } from './bench.ts'
import { bundleCommand } from './bundle.ts'
import { initCommand } from './init.ts'
import { fail, help, UsageError } from './options.ts'
import { reportCommand } from './report.ts'
import { rulesCommand } from './rules.ts'
import { scan } from './scan.ts'
import { scrub } from './scrub.ts'
import { suppressCommand } from './suppress.ts'

const COMMANDS: Record<string, (args: string[]) => Promise<number>> = {
  scan,
  scrub,
  bench,
  bundle: bundleCommand,
  suppress: suppressCommand,
  init: initCommand,
  report: reportCommand,
  rules: rulesCommand,
}

/** The command. Exit 0: done; 1: `scan` found something; 2: wrong use or an error, said on standard error without any content. */
async function main(args: string[]): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help(rest[0]))
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (command === undefined) throw new UsageError(`unknown command "${name}"; there are ${Object.keys(COMMANDS).join(', ')}`)
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(help(name))
    return 0
  }
  return command(rest)
}

// A reader that goes away (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2))

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.exitCode = fail(error)
  },
)
