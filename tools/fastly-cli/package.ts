// npm run build:fastly-package: the package that `fastly compute publish` uploads, built and validated by Fastly's own command; pkg/edge-dlp.tar.gz. Needs no account.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const installed = `${root}node_modules/@fastly/cli-${process.platform}-${process.arch}/fastly`
const command = existsSync(installed) ? installed : 'fastly'

function fastly(...args: string[]): void {
  const { status, error } = spawnSync(command, ['compute', ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (error !== undefined) process.stderr.write("Fastly's command is not there: npm install --global @fastly/cli\n")
  if (status !== 0) process.exit(1)
}

// Annotating the module would fetch a tool.
fastly('build', '--non-interactive', '--accept-defaults', '--metadata-disable')
fastly('validate', '--package', 'pkg/edge-dlp.tar.gz')
