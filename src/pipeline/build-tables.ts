import type { PlacedRule } from '../core/rule.ts'
import { createEvidence } from '../evidence/assess.ts'
import { compileRules } from '../scanner/compile/compile.ts'
import { decodeTables } from '../scanner/compile/decode.ts'
import { encodeTables } from '../scanner/compile/encode.ts'
import { type NativeSearches, nativeSearches } from '../scanner/compile/native-searches.ts'
import type { EngineOptions } from './engine.ts'
import { ruleSources, screenSources } from './engine.ts'

/** Tables of an engine as bytes, for a build to keep: by the name of the option they become. */
export interface BuiltTables {
  readonly tables: Uint8Array
  readonly screenTables: Uint8Array
}

/** Compiles what an engine of these rules scans with. The same rules give the same bytes. */
export function buildTables(rules: readonly PlacedRule[]): BuiltTables {
  const { keyStems } = createEvidence(rules)
  return {
    tables: encodeTables(compileRules(ruleSources(rules))),
    screenTables: encodeTables(compileRules(screenSources(rules, keyStems))),
  }
}

/** Tables that come with the build, as options of an engine; undefined ones are compiled from the rules. */
export function readBuiltTables({ tables, screenTables }: BuiltTables): Required<Pick<EngineOptions, 'tables' | 'screenTables'>> {
  return { tables: decodeTables(tables, { trusted: true }), screenTables: decodeTables(screenTables, { trusted: true }) }
}

/** Searches for tables of a build, for engines that interpret their script (`createPortableKernel`), as bytes. Takes seconds. */
export function buildSearches(tables: readonly Uint8Array[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(tables.map((bytes) => nativeSearches(decodeTables(bytes, { trusted: true })))))
}

/** Searches that come with the build. */
export function readBuiltSearches(searches: Uint8Array): readonly NativeSearches[] {
  return JSON.parse(new TextDecoder().decode(searches)) as readonly NativeSearches[]
}
