import type { PlacedRule } from '../core/rule.ts'

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

/** The text that names a build of rules: equal texts and equal policies mean equal results. */
export function ruleBuildOf(rules: readonly PlacedRule[]): string {
  return rules
    .map(({ group, rule }) => `${group}/${rule.id}=${rule.pattern ?? listName(rule.terms ?? [], rule.ignoreCase === true)}`)
    .join('\n')
}

/** A list of terms by its length and hashes of it: it may be long. */
function listName(terms: readonly string[], ignoreCase: boolean): string {
  return `${terms.length} terms ${fnv32(terms.join('\n')).toString(16)} ${fnv32([...terms].reverse().join('\n')).toString(16)} ${ignoreCase}`
}

/** Where an exchange falls among a hundred, by its id: FNV-1a, 32 bits, of the id's characters, modulo 10,000, as a number from 0 to 99.99. */
export function drawOf(id: string): number {
  return (fnv32(id) % 10_000) / 100
}

function fnv32(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** FNV-1a, 64 bits, of the UTF-8 text, as 16 hex digits (constants: draft-eastlake-fnv). It names versions; it protects nothing. */
export function fnv64(text: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn
  return hash.toString(16).padStart(16, '0')
}
