// Starts a rule: writes its file with everything but the pattern and the samples, and the indexes.
//   npm run new:rule -- ID [--group GROUP] [--label LABEL] [--validator]
// ID is kebab-case, country or vendor first. GROUP is the folder under rules/; by default identity/CC for an id that begins with the two letters of a
// country, credentials for one that ends in -key, -token or -secret. LABEL is the taxonomy's name; by default the id with underscores.
// --validator writes a check of the same name, too. Nothing is overwritten. docs/add-a-rule.md walks through the rest.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ruleSelectors, writeIndexes } from './write-index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

export interface Start {
  readonly id: string
  readonly group: string
  readonly label: string
  readonly validator: boolean
}

/** What the arguments ask for, or a message that says what would be right. */
export function parseStart(args: readonly string[]): Start | string {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    return (error as Error).message
  }
  const { values, positionals } = parsed
  const [id] = positionals
  if (positionals.length !== 1) return 'one ID is needed: npm run new:rule -- nl-bsn'
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)+$/.test(id))
    return `"${id}": an id is kebab-case with at least two words, country or vendor first: nl-bsn`
  const group = values.group ?? groupOf(id)
  if (group === undefined) return `--group is needed for "${id}": payment, contact, network, credentials, identity/nl …`
  if (!/^[a-z]+(?:\/[a-z]+)*$/.test(group)) return `"${group}": a group is a folder under rules/, in small letters`
  const label = values.label ?? id.replaceAll('-', '_')
  if (!/^[a-z0-9]+(?:_[a-z0-9]+)*$/.test(label) || label.length > 24)
    return `"${label}": a label is lower snake case of at most 24 characters`
  return { id, group, label, validator: values.validator === true }
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: { group: { type: 'string' }, label: { type: 'string' }, validator: { type: 'boolean' } },
    allowPositionals: true,
  })
}

function groupOf(id: string): string | undefined {
  if (/-(?:key|token|secret)$/.test(id)) return 'credentials'
  return /^[a-z]{2}-/.test(id) ? `identity/${id.slice(0, 2)}` : undefined
}

/** The rule's file as it starts. */
export function ruleText({ id, group, label, validator }: Start): string {
  const up = '../'.repeat(group.split('/').length + 1)
  return `import type { RuleDefinition } from '${up}src/core/rule.ts'

export const rule: RuleDefinition = {
  id: '${id}',
  label: '${label}',
  title: '',
  source: '',
  pattern: '\\b[0-9]{9}\\b',
${validator ? `  validator: '${id}',\n` : ''}  confidence: 'low',
  keys: [],
  words: [],
  samples: {
    find: [],
    ignore: ['[redacted:${label.toUpperCase()}]'],
  },
}
`
}

/** The check's file as it starts: it takes every match. */
export function validatorText({ id }: Start): string {
  return `import type { Validator } from '../validator.ts'

/** ${id}: structure and check digits, and where they are defined. */
export const validate: Validator = (_bytes, start, end) => ({ start, end })
`
}

/** Writes the files; answers their paths from the root. Throws when one is there already. */
export function startRule(start: Start): string[] {
  if (ruleSelectors().some((selector) => selector.endsWith(`/${start.id}`)))
    throw new Error(`there is a rule ${start.id} already`)
  const files: [path: string, text: string][] = [[`rules/${start.group}/${start.id}.ts`, ruleText(start)]]
  if (start.validator) files.push([`src/evidence/validators/${start.id}.ts`, validatorText(start)])
  for (const [path] of files) if (existsSync(join(root, path))) throw new Error(`${path} is there already`)
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return [...files.map(([path]) => path), ...writeIndexes()]
}

if (import.meta.main) {
  const start = parseStart(process.argv.slice(2))
  if (typeof start === 'string') {
    console.error(`new:rule: ${start}`)
    process.exit(2)
  }
  try {
    for (const path of startRule(start)) console.log(`written: ${path}`)
    console.log(`next: title, source, pattern and samples; then npm test -- ${start.id} (docs/add-a-rule.md)`)
  } catch (error) {
    console.error(`new:rule: ${(error as Error).message}`)
    process.exit(1)
  }
}
