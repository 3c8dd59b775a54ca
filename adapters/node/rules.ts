import type { PlacedRule } from '../../src/core/rule.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { toRegexSource } from '../../src/scanner/compile/export.ts'
import type { RuleCost } from '../../src/scanner/compile/tables.ts'
import { compileTerms } from '../../src/scanner/terms/compile-terms.ts'
import { termsToRegexSource } from '../../src/scanner/terms/export.ts'
import { parse, selectRules, UsageError } from './options.ts'

/** What each rule costs the scanner, by id. */
function costsOf(rules: readonly PlacedRule[]): Map<string, RuleCost> {
  const sources = ruleSources(rules)
  const costs = sources.length === 0 ? [] : [...compileRules(sources).costs]
  for (const { rule } of rules) if (rule.terms !== undefined) costs.push(compileTerms({ ...rule, terms: rule.terms }).cost)
  return new Map(costs.map((cost) => [cost.id, cost]))
}

/** `edge-dlp rules`: the catalogue, what each rule costs the scanner, and the patterns for other engines. */
export async function rulesCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean' },
    cost: { type: 'boolean' },
    export: { type: 'string' },
    rules: { type: 'string' },
    terms: { type: 'string' },
  } as const)
  if (positionals.length > 0) throw new UsageError('rules takes no files')
  const rules = selectRules(values.rules, values.terms)
  if (values.export !== undefined) {
    if (values.export !== 'regex') throw new UsageError(`--export: "${values.export}" is unknown; there is "regex"`)
    for (const { rule } of rules) {
      const { id, pattern, terms = [] } = rule
      const source = pattern === undefined ? termsToRegexSource({ ...rule, terms }) : toRegexSource({ id, pattern })
      process.stdout.write(`${id}\t${source}\n`)
    }
    return 0
  }
  const costs = values.cost ? costsOf(rules) : undefined
  const rows = rules.map(({ group, rule }) => ({
    id: rule.id,
    selector: `${group}/${rule.id}`,
    label: rule.label,
    title: rule.title,
    confidence: rule.confidence,
    source: rule.source,
    ...(costs === undefined ? {} : { cost: costs.get(rule.id)! }),
  }))
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ rules: rows })}\n`)
    return 0
  }
  const width = Math.max(...rows.map((row) => row.selector.length))
  for (const row of rows) {
    const cost =
      row.cost === undefined
        ? ''
        : `  states ${row.cost.states}, tables ${row.cost.tableBytes} B, longest ${row.cost.maxLength}, ${row.cost.candidatesPerKB.toFixed(2)} candidates/KB`
    process.stdout.write(`${row.selector.padEnd(width)}  ${row.title}${cost}\n`)
  }
  return 0
}
