import { readFileSync, writeFileSync } from 'node:fs'
import { type ConversionConfig, toJsonSchema } from '@valibot/to-json-schema'
import { ACTIONS, namesOneAction, policySchema } from '../src/policy/shape.ts'
import { policyReference } from './write-policy-reference.ts'

/**
 * Writes policy.schema.json from src/policy/shape.ts, for editors and for checks in other languages, and docs/policy.md for people.
 * `--check` writes nothing and exits 1 when one is not current.
 */

/** The text of policy.schema.json. */
export function policySchemaText(): string {
  // Checks in code have no counterpart in JSON Schema (and stay the parser's), but for the one that says an action is needed.
  const overrideAction: ConversionConfig['overrideAction'] = ({ valibotAction, jsonSchema }) => {
    if (valibotAction.type !== 'check') return undefined
    if ((valibotAction as { requirement?: unknown }).requirement !== namesOneAction) return jsonSchema
    return { ...jsonSchema, anyOf: ['action', ...ACTIONS].map((key) => ({ required: [key] })) }
  }
  const schema = toJsonSchema(policySchema, { target: 'draft-2020-12', overrideAction })
  return `${layOut(schema, '')}\n`
}

/** JSON as the formatter of this project lays it out: lists of scalars on one line where they fit, everything else broken. */
function layOut(value: unknown, indent: string, used = 0): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const line = `[${value.map((entry) => JSON.stringify(entry)).join(', ')}]`
    if (value.every((entry) => typeof entry !== 'object') && indent.length + used + line.length < 129) return line
    return value.length === 0 ? '[]' : `[\n${value.map((entry) => inner + layOut(entry, inner)).join(',\n')}\n${indent}]`
  }
  const entries = Object.entries(value)
  if (entries.length === 0) return '{}'
  return `{\n${entries.map(([key, entry]) => `${inner}${JSON.stringify(key)}: ${layOut(entry, inner, key.length + 6)}`).join(',\n')}\n${indent}}`
}

if (import.meta.main) {
  // The reference reads the schema that is written before it.
  for (const [name, text] of [
    ['policy.schema.json', policySchemaText],
    ['docs/policy.md', policyReference],
  ] as const) {
    const target = new URL(`../${name}`, import.meta.url)
    if (!process.argv.includes('--check')) writeFileSync(target, text())
    else if (readFileSync(target, 'utf8') !== text()) {
      console.error(`${name} is not current: run npm run build:schema`)
      process.exitCode = 1
    }
  }
}
