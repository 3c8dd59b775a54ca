import { readFileSync } from 'node:fs'
import { placedRules } from '../rules/index.ts'
import { DEFAULT_LIMITS } from '../src/core/limits.ts'
import { DEFAULT_POSTURE, REASONS, type Reason } from '../src/core/reasons.ts'
import type { Action } from '../src/core/words.ts'
import { rulePath } from '../src/policy/selectors.ts'
import { table } from './markdown.ts'

// docs/policy.md: every option of a policy, by its schema; what the schema has no words for (actions, reasons) stands here and in docs/design.md.

/** What is read of a JSON Schema. */
interface Schema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly propertyNames?: Schema
}

const ACTION_MEANS: Readonly<Record<Action, string>> = {
  allow: 'leaves it, and says so in the event',
  redact: 'puts `[redacted:TYPE]` in its place',
  mask: 'puts asterisks in its place, and keeps `keepFirst` and `keepLast` characters (none by default, 10 together at most; of payment data the first 6 and the last 4)',
  hash: 'puts `[TYPE:…]` in its place, by HMAC with the key of the deployment: equal values stay equal',
  drop: 'takes the field out of its document; where there is none, redacts',
  block: 'refuses the message: 403 for a request, 502 in place of a response',
}

const REASON_MEANS: Readonly<Record<Reason, string>> = {
  'binary-type': 'an image, audio, video, a font, an archive, a PDF: by its type and by its first bytes',
  'coding-unsupported': 'a content coding that is not known here, or that breaks',
  'charset-unsupported': 'a charset that is not known',
  partial: 'a part of a body (206)',
  'decode-limit': 'more than `maxRatio` or `maxCodings` allow',
  'depth-limit': 'nested deeper than `maxDepth`',
  'size-limit': 'more than `maxInspectBytes`',
  'held-limit': 'a value that needs more than may be held',
  'step-limit': 'more work than `maxSteps`',
  'kernel-failed': 'the scanner failed, twice',
  'internal-error': 'a fault of this software',
  'policy-missing': 'no policy could be had',
  'edit-forbidden': 'an edit was due where a signature over the body, or `no-transform`, forbids one',
  upgrade: 'a WebSocket',
  'not-consumed': 'bytes that nobody read to their end',
  'skipped-by-policy': 'a route that says `skip`',
}

/** Options whose inside is told in a table of its own, or is that of another. */
const TOLD_APART = new Set(['request', 'response', 'onUninspected'])

function values(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ')
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(values))].join(', or ')
  if (schema.type === 'array') return `a list: ${values(schema.items ?? {})}`
  if (schema.type === 'boolean') return '`true`, `false`'
  if (schema.minimum !== undefined) {
    const most = schema.maximum === 2 ** 40 ? '2⁴⁰' : schema.maximum?.toLocaleString('en')
    return `${schema.minimum.toLocaleString('en')} to ${most}`
  }
  if (schema.propertyNames !== undefined) return 'selectors'
  return schema.type === 'object' ? 'an object' : 'text'
}

function options(schema: Schema, path: string): string[][] {
  const objects = [schema, schema.items ?? {}, ...(schema.anyOf ?? [])].filter(({ properties }) => properties !== undefined)
  return objects.flatMap(({ properties, required }) =>
    Object.entries(properties!).flatMap(([name, inner]) => {
      if (name === '$schema') return []
      const here = path + name
      const needed = required?.includes(name) ? 'Needed. ' : ''
      // A route's own are the policy's: told there.
      const told =
        path.startsWith('routes[].') && inner.description === undefined ? 'As for the policy, on this route.' : inner.description
      const row = [`\`${here}\``, values(inner), `${needed}${told ?? ''}`]
      return TOLD_APART.has(name) && !here.startsWith('breaker') && !here.startsWith('onLateBlock')
        ? [row]
        : [row, ...options(inner, `${here}${inner.type === 'array' ? '[]' : ''}.`)]
    }),
  )
}

function limitRows(schema: Schema): string[][] {
  return Object.entries(schema.properties!.limits.properties!).map(([name, inner]) => [
    `\`${name}\``,
    DEFAULT_LIMITS[name as keyof typeof DEFAULT_LIMITS].toLocaleString('en'),
    values(inner),
    inner.description!,
  ])
}

/** The text of docs/policy.md. */
export function policyReference(): string {
  const schema: Schema = JSON.parse(readFileSync(new URL('../policy.schema.json', import.meta.url), 'utf8'))
  const all = options(schema, '').filter(
    ([path]) => !path.startsWith('`limits.') && !/^`routes\[\]\.(?:places|onLateBlock)\./.test(path),
  )
  const rows = (means: Readonly<Record<string, string>>, more: (name: string) => string[] = () => []) =>
    Object.entries(means).map(([name, text]) => [`\`${name}\``, ...more(name), text])
  return `<!-- Written by npm run build:schema. Do not edit. -->

# The policy

A policy is JSON. \`policy.schema.json\` is its shape for editors (name it in \`$schema\`); a mistake is an error that names the option. How it gets to the edge and changes there:
\`operations.md\`; what happens to a message: \`design.md\`. Of several selectors the most specific wins; of several routes the first that matches.

## Options

${table(['option', 'values', 'meaning'], all)}

## Actions

\`"payment": "redact"\`, or \`"payment": { "mask": { "keepLast": 4 }, "mode": "observe", "minConfidence": "high" }\`, where \`mode\`, \`minConfidence\` and \`numbers\` go before those of the route and the policy.

${table(['action', 'what it does to a finding'], rows(ACTION_MEANS))}

## What is not inspected

\`"onUninspected": { "request": "block", "response": { "binary-type": "block" } }\`: for all reasons of a side, or by reason. An observing side passes everything.

${table(
  ['reason', 'by itself', 'bytes that are not inspected because of'],
  REASONS.map((reason) => [`\`${reason}\``, DEFAULT_POSTURE[reason], REASON_MEANS[reason]]),
)}

## Limits

Bytes unless the name says otherwise. 0 is no limit for \`maxInspectBytes\` and \`maxSteps\`, and "always stream" for \`maxWholeBytes\`. Defaults of the project; on Fastly \`maxInspectBytes\` is 2 MiB (3 where the kernel is linked).

${table(['limit', 'default', 'values', 'meaning'], limitRows(schema))}

## Selectors

\`*\`, a group (all that begins with it), or a rule:

${table(
  ['selector', 'what it finds'],
  placedRules.map((placed) => [`\`${rulePath(placed)}\``, placed.rule.title]),
)}
`
}
