import type { PlacedRule, RuleDefinition } from '../core/rule.ts'

/** Canonical JSON (keys sorted, undefined members left out) and the hash that names a policy. Used at construction only. */

export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry)).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** The name of a build of rules: equal names and equal policies mean equal results. */
export function ruleBuildOf(rules: readonly PlacedRule[]): string {
  return fnv64(rules.map(({ group, rule }) => `${group}/${rule.id}=${rule.pattern ?? listText(rule)}`).join('\n'))
}

const listText = ({ terms = [], ignoreCase = false }: RuleDefinition) =>
  `${terms.length} terms ${ignoreCase}\n${terms.join('\n')}`

/** Where an exchange falls among a hundred, by its id: FNV-1a, 32 bits, of the id's characters, modulo 10,000, as a number from 0 to 99.99. */
export function drawOf(id: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  return ((hash >>> 0) % 10_000) / 100
}

/**
 * FNV-1a, 64 bits, over the words of four bytes of the UTF-8 text, as 16 hex digits (constants: draft-eastlake-fnv): by bytes an engine that interprets would spend
 * a tenth of what a short message costs on it. It names versions; it protects nothing.
 */
export function fnv64(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const words = new Uint32Array((bytes.length + 3) >> 2)
  new Uint8Array(words.buffer).set(bytes)
  let [high, low] = [0xcbf29ce4, (0x84222325 ^ bytes.length) >>> 0]
  for (let i = 0; i < words.length; i++) {
    low = (low ^ words[i]) >>> 0
    // Times 2^40 + 0x1b3, in two halves that stay below 2^53.
    const product = low * 0x1b3
    const rest = product >>> 0
    high = (high * 0x1b3 + (product - rest) / 0x100000000 + (low << 8)) >>> 0
    low = rest
  }
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
}
