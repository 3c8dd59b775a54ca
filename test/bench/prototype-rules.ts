import { pathToFileURL } from 'node:url'
import { sharedPath } from '../support/shared.ts'

/** [name, pattern, class that must not stand before, class that must not stand after] */
type Row = readonly [string, string | null, string | null, string | null]

export interface BenchRule {
  readonly id: string
  /** In the rule dialect; JavaScript reads it as well. */
  readonly pattern: string
}

/** The rules of the scanner prototype as patterns with their guards; those without a pattern are left out. */
export async function prototypeRules(file: 'rules.mjs' | 'rules-300.mjs' = 'rules.mjs'): Promise<BenchRule[]> {
  const { rules } = (await import(pathToFileURL(sharedPath('prototypes', 'scanner', file)).href)) as { rules: Row[] }
  return rules
    .filter((row): row is readonly [string, string, string | null, string | null] => row[1] !== null)
    .map(([id, pattern, before, after]) => ({
      id: id.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      pattern: `${before === null ? '' : `(?<!${before})`}(?:${pattern})${after === null ? '' : `(?!${after})`}`,
    }))
}
