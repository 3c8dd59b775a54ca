import { ConfigError } from '../core/errors.ts'
import type { PlacedRule } from '../core/rule.ts'
import { nearest, optionPath } from './option-path.ts'

/** A rule's place in the tree, `group/id`. Selectors are this, a path of groups above it, or `*`. */
export function rulePath(placed: PlacedRule): string {
  return `${placed.group}/${placed.rule.id}`
}

/** The selectors that name this rule, most specific first: `identity/us/us-ssn`, `identity/us`, `identity`, `*`. */
function selectorsOf(path: string): string[] {
  const out = [path]
  for (let i = path.lastIndexOf('/'); i > 0; i = path.lastIndexOf('/', i - 1)) out.push(path.slice(0, i))
  out.push('*')
  return out
}

/** The selectors that name each rule of a catalogue, and all of them. */
export interface Catalogue {
  readonly selectors: readonly (readonly string[])[]
  readonly known: ReadonlySet<string>
}

const catalogues = new WeakMap<readonly PlacedRule[], Catalogue>()

/** Made once: where a build takes a snapshot, the policies of all requests find it there. */
export function catalogueOf(rules: readonly PlacedRule[]): Catalogue {
  let catalogue = catalogues.get(rules)
  if (catalogue === undefined) {
    const selectors = rules.map((placed) => selectorsOf(rulePath(placed)))
    catalogue = { selectors, known: new Set(selectors.flat()) }
    catalogues.set(rules, catalogue)
  }
  return catalogue
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
