// Writes rules/index.ts, src/core/validator-id.ts, src/core/mark-types.ts, src/core/rule-selector.ts and src/evidence/validators/index.ts from
// the files of rules/ and src/evidence/validators/: the folder is the registry.
//   node tools/write-index.ts           writes them
//   node tools/write-index.ts --check   writes nothing; exit 1 when one is out of date
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const HEADER = '// Written by tools/write-index.ts (npm run build:rules). Do not edit.\n'

function camel(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** Selectors of the rule files under `rules/`, sorted: `identity/us/us-ssn`. */
export function ruleSelectors(): string[] {
  return readdirSync(join(root, 'rules'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && name.includes('/') && !name.startsWith('packs/'))
    .map((name) => name.slice(0, -3))
    .sort()
}

export function rulesIndex(): string {
  const selectors = ruleSelectors()
  const name = (selector: string) => camel(selector.slice(selector.lastIndexOf('/') + 1))
  const imports = selectors.map((selector) => `import { rule as ${name(selector)} } from './${selector}.ts'`)
  const rows = selectors.map(
    (selector) => `  { group: '${selector.slice(0, selector.lastIndexOf('/'))}', rule: ${name(selector)} },`,
  )
  return `${HEADER}import type { PlacedRule } from '../src/core/rule.ts'\n${imports.join('\n')}\n\n/** Every rule with its place in the tree, sorted by selector. */\nexport const placedRules: readonly PlacedRule[] = [\n${rows.join('\n')}\n]\n`
}

/** What a policy may select, for the compiler: every rule, every group above one, and all. */
export function selectorUnion(): string {
  const groups = new Set<string>()
  for (const selector of ruleSelectors()) {
    for (let i = selector.indexOf('/'); i > 0; i = selector.indexOf('/', i + 1)) groups.add(selector.slice(0, i))
  }
  const union = (names: Iterable<string>) => [...names].map((name) => `\n  | '${name}'`).join('')
  return `${HEADER}
/** The built-in rules: \`group/id\`. */
export type RuleSelector =${union(ruleSelectors())}

/** The groups of the built-in rules. */
export type GroupSelector =${union([...groups].sort())}

/** What a policy may select of the built-in rules. */
export type Selector = '*' | GroupSelector | RuleSelector
`
}

export function validatorIds(): string[] {
  return readdirSync(join(root, 'src/evidence/validators'))
    .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
    .map((name) => name.slice(0, -3))
    .sort()
}

/** The labels of the rules in upper case: what a mark may name. Read from the files' text, so that a new rule needs no second run. */
export function markTypes(): string {
  const labels = ruleSelectors().map((selector) => {
    const label = /^ {2}label: '([a-z0-9_]+)',$/m.exec(readFileSync(join(root, 'rules', `${selector}.ts`), 'utf8'))
    if (label === null)
      throw new Error(`rules/${selector}.ts: no line "label: '…'," of lower-case letters, digits and underscores`)
    return label[1].toUpperCase()
  })
  const rows = [...new Set(labels)].sort().map((label) => `  '${label}',`)
  return `${HEADER}\n/** Types a mark may name: the labels of the built-in rules in upper case, sorted. */\nexport const MARK_TYPES: readonly string[] = [\n${rows.join('\n')}\n]\n`
}

/** The union a rule's `validator` must be of; in core, so that rules and core need nothing of evidence. */
export function validatorUnion(): string {
  return `${HEADER}\n/** The checks a rule may name: the files of src/evidence/validators/. */\nexport type ValidatorId =\n${validatorIds()
    .map((id) => `  | '${id}'`)
    .join('\n')}\n`
}

export function validatorsIndex(): string {
  const ids = validatorIds()
  const imports = ids.map((id) => `import { validate as ${camel(id)} } from './${id}.ts'`)
  const rows = ids.map((id) => (id === camel(id) ? `  ${id},` : `  '${id}': ${camel(id)},`))
  return `${HEADER}import type { ValidatorId } from '../../core/validator-id.ts'\nimport type { Validator } from '../validator.ts'\n${imports.join('\n')}\n\nexport const VALIDATORS: Readonly<Record<ValidatorId, Validator>> = {\n${rows.join('\n')}\n}\n`
}

export const INDEXES: readonly { readonly path: string; readonly text: () => string }[] = [
  { path: join(root, 'rules/index.ts'), text: rulesIndex },
  { path: join(root, 'src/core/validator-id.ts'), text: validatorUnion },
  { path: join(root, 'src/evidence/validators/index.ts'), text: validatorsIndex },
  { path: join(root, 'src/core/mark-types.ts'), text: markTypes },
  { path: join(root, 'src/core/rule-selector.ts'), text: selectorUnion },
]

/** Writes the files that are out of date (none with `check`); answers their paths from the root. */
export function writeIndexes(check = false): string[] {
  const stale: string[] = []
  for (const { path, text } of INDEXES) {
    let present = ''
    try {
      present = readFileSync(path, 'utf8')
    } catch {}
    if (present === text()) continue
    stale.push(path.slice(root.length))
    if (!check) writeFileSync(path, text())
  }
  return stale
}

if (import.meta.main) {
  const check = process.argv.includes('--check')
  const stale = writeIndexes(check)
  for (const path of stale) console.log(`${check ? 'out of date' : 'written'}: ${path}`)
  if (check && stale.length > 0) process.exit(1)
}
