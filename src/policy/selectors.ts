import { ConfigError } from '../core/errors.ts'
import type { PlacedRule } from '../core/rule.ts'
import { nearest, optionPath } from './option-path.ts'

/** A rule's place in the tree, `group/id`. Selectors are this, a path of groups above it, or `*`. */
export function rulePath(placed: PlacedRule): string {
  return `${placed.group}/${placed.rule.id}`
}

/** The selectors that name this rule, most specific first: `identity/us/us-ssn`, `identity/us`, `identity`, `*`. */
export function selectorsOf(path: string): string[] {
  const out = [path]
  for (let i = path.lastIndexOf('/'); i > 0; i = path.lastIndexOf('/', i - 1)) out.push(path.slice(0, i))
  out.push('*')
  return out
}

/** Every selector that a catalogue knows. */
export function knownSelectors(rules: readonly PlacedRule[]): ReadonlySet<string> {
  return new Set(rules.flatMap((placed) => selectorsOf(rulePath(placed))))
}

/** Throws ConfigError for a selector that names no rule, with the one that was probably meant. */
export function checkSelector(selector: string, known: ReadonlySet<string>, option: readonly (string | number)[]): void {
  if (known.has(selector)) return
  const all = [...known].sort()
  const meant = all.find((path) => path.endsWith(`/${selector}`)) ?? nearest(selector, all) ?? nearestId(selector, all)
  const groups = all.filter((path) => !path.includes('/')).join(', ')
  throw new ConfigError(
    'unknown-selector',
    optionPath([...option, selector]),
    `selects no rule.${meant === undefined ? ` Groups: ${groups}.` : ` Did you mean ${JSON.stringify(meant)}?`}`,
  )
}

function nearestId(selector: string, all: readonly string[]): string | undefined {
  const last = (path: string) => path.slice(path.lastIndexOf('/') + 1)
  const near = nearest(last(selector), all.map(last))
  return near === undefined ? undefined : all.find((path) => last(path) === near)
}
