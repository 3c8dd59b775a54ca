import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const command = fileURLToPath(new URL('../../adapters/node/edge-dlp.ts', import.meta.url))

/** Runs `edge-dlp` in a process of its own. */
export function edgeDlp(args: readonly string[], options: { input?: string; env?: Record<string, string>; cwd?: string } = {}) {
  const { POLICY_KEY: _, EDGE_DLP_SIGNING_KEY: __, ...clean } = process.env
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    encoding: 'utf8',
    input: options.input ?? '',
    env: { ...clean, ...options.env },
    cwd: options.cwd,
  })
  return { status, stdout, stderr }
}
