import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = process.env.EDGE_DLP_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared')

/** A path in the shared reference material, which lies beside the project and is no part of it. */
export function sharedPath(...parts: string[]): string {
  return join(root, ...parts)
}

/** Tests that need the shared material: skipped visibly where it is absent, but not in CI. */
export function describeShared(name: string, define: () => void): void {
  if (existsSync(root)) describe(name, define)
  else if (process.env.CI === 'true') it(`${name}: ${root} is missing`, () => expect.fail('set EDGE_DLP_SHARED'))
  else describe.skip(`${name} (no shared material at ${root})`, define)
}
