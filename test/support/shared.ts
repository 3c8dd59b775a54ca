import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'

const folder = process.env.EDGE_DLP_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared')

/** A path in the folder of shared test data, beside the project or where EDGE_DLP_SHARED says. */
export function sharedPath(...parts: string[]): string {
  return join(folder, ...parts)
}

/** A suite over shared data: skipped, visibly, where the data is absent; a failure there when CI=true. */
export function describeShared(name: string, suite: () => void): void {
  if (existsSync(folder) || process.env.CI === 'true') describe(name, suite)
  else describe.skip(`${name} (no shared data; set EDGE_DLP_SHARED)`, () => {})
}
