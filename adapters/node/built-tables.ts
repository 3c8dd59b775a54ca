import { readFileSync } from 'node:fs'
import { readBuiltTables } from '../../src/pipeline/build-tables.ts'
import type { EngineOptions } from '../../src/pipeline/engine.ts'

const file = (name: string) => readFileSync(new URL(`../../dist/tables/${name}.bin`, import.meta.url))

/**
 * Tables of all rules, which the package brings and `npm run dlp` writes, as options of an engine: to compile the rules takes seconds. None where they are not there or of
 * another format; those of other rules are of no use to an engine.
 */
export function builtTables(): Pick<EngineOptions, 'tables' | 'screenTables'> {
  try {
    return readBuiltTables({ tables: file('rules'), screenTables: file('screen') })
  } catch {
    return {}
  }
}
