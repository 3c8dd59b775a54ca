import { compileRules } from '../../src/scanner/compile/compile.ts'
import { toRegexSource } from '../../src/scanner/compile/export.ts'
import { parse, selectRules, UsageError } from './options.ts'

/** `edge-dlp rules`: the catalogue, what each rule costs the scanner, and the patterns for other engines. */
export async function rulesCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, {
    json: { type: 'boolean' },
    cost: { type: 'boolean' },
    export: { type: 'string' },
    rules: { type: 'string' },
  } as const)
  if (positionals.length > 0) throw new UsageError('rules takes no files')
  const rules = selectRules(values.rules)
  if (values.export !== undefined) {
    if (values.export !== 'regex') throw new UsageError(`--export: "${values.export}" is unknown; there is "regex"`)
    for (const { rule } of rules) process.stdout.write(`${rule.id}\t${toRegexSource({ id: rule.id, pattern: rule.pattern })}\n`)
    return 0
  }
  const costs = values.cost ? compileRules(rules.map(({ rule }) => ({ id: rule.id, pattern: rule.pattern }))).costs : undefined
  const rows = rules.map(({ group, rule }, i) => ({
    id: rule.id,
    selector: `${group}/${rule.id}`,
    label: rule.label,
    title: rule.title,
    confidence: rule.confidence,
    source: rule.source,
    ...(costs === undefined ? {} : { cost: costs[i] }),
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
