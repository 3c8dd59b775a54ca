import * as v from 'valibot'
import { ConfigError } from '../core/errors.ts'
import type { Selector } from '../core/rule-selector.ts'
import { optionPath, suggestion } from './option-path.ts'
import { type ActionSpec, type PolicyInput, policySchema, type RouteInput, type SuppressionInput } from './shape.ts'

type Selected<Own extends string> = { [selector in Selector | Own]?: ActionSpec }
type Route<Own extends string> = Omit<RouteInput, 'request' | 'response'> & { request?: Selected<Own>; response?: Selected<Own> }

/**
 * A policy. What `definePolicy` answers is checked, deeply frozen, JSON-serialisable and free of undefined members. A selector that is none of the
 * built-in rules and groups is an error of the compiler; `Own` are those of further rules.
 */
export type Policy<Own extends string = never> = Omit<PolicyInput, 'request' | 'response' | 'routes' | 'suppressions'> & {
  request?: Selected<Own>
  response?: Selected<Own>
  routes?: Route<Own>[]
  suppressions?: (Omit<SuppressionInput, 'rule'> & { rule: Selector | Own })[]
}

type Keys = readonly (string | number)[]

const MAX_POLICY_DEPTH = 12

/**
 * Checks a policy and answers it, frozen. Throws ConfigError that names the option and what would be right.
 *
 *     definePolicy({ request: { payment: { mask: { keepLast: 4 } }, credentials: 'block' } })
 *     definePolicy<'acme/badge'>({ request: { 'acme/badge': 'redact' } })        with a rule of one's own
 */
export function definePolicy<Own extends string = never>(input: Policy<NoInfer<Own>>): Policy {
  const plain = plainCopy(input, [], 0)
  const result = v.safeParse(policySchema, plain)
  if (!result.success) throw describe(result.issues)
  return plain as Policy
}

/** As `definePolicy`, for a policy that comes as JSON text or as an unknown value. The text is never repeated in an error. */
export function parsePolicy(policy: unknown): Policy {
  if (typeof policy !== 'string') return definePolicy(policy as Policy)
  let value: unknown
  try {
    value = JSON.parse(policy.charCodeAt(0) === 0xfeff ? policy.slice(1) : policy)
  } catch {
    throw new ConfigError('bad-policy', 'policy', 'is not valid JSON; a policy is one JSON object.')
  }
  return definePolicy(value as Policy)
}

/** A frozen copy that is JSON and nothing else; what JSON cannot say is refused, so that no key hides from the schema. */
function plainCopy(value: unknown, keys: Keys, depth: number): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value
  if (depth > MAX_POLICY_DEPTH) throw invalid(keys, `is nested deeper than ${MAX_POLICY_DEPTH} levels.`)
  if (Array.isArray(value)) return Object.freeze(value.map((entry, i) => plainCopy(entry, [...keys, i], depth + 1)))
  if (typeof value !== 'object') throw invalid(keys, `must be a JSON value, not a ${typeof value}.`)
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) throw invalid(keys, 'must be a plain object.')
  const copy: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    const entry = (value as Record<string, unknown>)[key]
    if (key in Object.prototype || key === 'prototype') throw invalid([...keys, key], 'there is no such option.', 'unknown-key')
    if (entry !== undefined) copy[key] = plainCopy(entry, [...keys, key], depth + 1)
  }
  return Object.freeze(copy)
}

function invalid(keys: Keys, message: string, code = 'bad-policy'): ConfigError {
  return new ConfigError(code, optionPath(keys), message)
}

type Issue = v.BaseIssue<unknown>
interface Placed {
  issue: Issue
  keys: Keys
}

function describe(issues: readonly Issue[]): ConfigError {
  const { issue, keys } = deepest(issues[0], [])
  const more = issues.length > 1 ? ` (${issues.length - 1} more)` : ''
  return invalid(keys, sentence(issue, keys) + more, isUnknownKey(issue) ? 'unknown-key' : 'bad-policy')
}

/** Of a union's issues, the one inside the alternative that was meant: the deepest. A union that fits nowhere is told as a union. */
function deepest(issue: Issue, above: Keys): Placed {
  const keys = [...above, ...(issue.path ?? []).map((item) => item.key as string | number)]
  let best: Placed = { issue, keys }
  let specific = false
  for (const inner of issue.type === 'union' ? (issue.issues ?? []) : []) {
    const found = deepest(inner, keys)
    const says = found.issue.kind === 'validation'
    if (found.keys.length > best.keys.length || (says && !specific && found.keys.length === best.keys.length)) {
      best = found
      specific = says
    }
  }
  return best
}

function isUnknownKey(issue: Issue): boolean {
  return issue.type === 'strict_object' && issue.expected === 'never'
}

function sentence(issue: Issue, keys: Keys): string {
  if (isUnknownKey(issue)) {
    return `there is no such option.${suggestion(String(keys.at(-1)), knownKeys(keys.slice(0, -1)))}`
  }
  if (issue.type === 'strict_object' && issue.input === undefined) return 'is missing; it must be an object.'
  if (issue.type === 'regex' || issue.type === 'check') return `is not right: ${issue.message}`
  const bound = issue.expected?.replace(/^[<>]=/, '')
  if (issue.type === 'min_value') return `must be at least ${bound}.`
  if (issue.type === 'max_value') return `must be at most ${bound}.`
  if (issue.type === 'min_length') return `must have at least ${bound} entry.`
  if (issue.type === 'max_length')
    return `must have at most ${bound} ${typeof issue.input === 'string' ? 'characters' : 'entries'}.`
  if (issue.type === 'integer') return 'must be a whole number.'
  const expected = (issue.expected ?? 'something else')
    .replace(/^\((.*)\)$/, '$1')
    .replaceAll(' | ', ', ')
    .replace('Object', 'an object')
  const near = typeof issue.input === 'string' ? suggestion(issue.input, words(issue.expected)).replace(/ Known:.*/, '') : ''
  return `must be ${expected.includes(', ') ? 'one of ' : ''}${expected}.${near}`
}

function words(expected: string | null): string[] {
  return [...(expected ?? '').slice(0, 1024).matchAll(/"([^"]*)"/g)].map((match) => match[1])
}

interface Node {
  type: string
  entries?: Record<string, Node>
  wrapped?: Node
  options?: readonly (Node | string)[]
  item?: Node
  value?: Node
}

/** The keys an object of the schema knows, found by walking the schema along the path. */
function knownKeys(keys: Keys): string[] {
  let nodes: Node[] = open(policySchema as unknown as Node)
  for (const key of keys) {
    nodes = nodes.flatMap((node) => {
      const inner =
        typeof key === 'number' ? node.item : (node.entries?.[key] ?? (node.type === 'record' ? node.value : undefined))
      return inner === undefined ? [] : open(inner)
    })
  }
  return nodes.flatMap((node) => Object.keys(node.entries ?? {}))
}

function open(node: Node): Node[] {
  if (node.wrapped !== undefined) return open(node.wrapped)
  if (node.type === 'union') return (node.options ?? []).flatMap((option) => (typeof option === 'string' ? [] : open(option)))
  return [node]
}
