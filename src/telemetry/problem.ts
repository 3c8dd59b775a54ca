import type { Side } from '../core/words.ts'

const TITLES: Readonly<Record<string, string>> = {
  finding: 'The message holds data that must not pass',
  'coding-unsupported': 'The content coding cannot be inspected',
  'charset-unsupported': 'The character set cannot be inspected',
  'size-limit': 'The message is larger than what may be inspected',
  'decode-limit': 'The message expands beyond what may be inspected',
  'depth-limit': 'The message is nested too deeply to be inspected',
  'pool-empty': 'Too many messages are being inspected',
  'policy-missing': 'No policy is in force',
  'edit-forbidden': 'The message would have to be changed and must not be',
  'origin-unreachable': 'The origin did not answer',
  'origin-timeout': 'The origin did not answer in time',
  'no-origin': 'There is no origin for this host',
  'upgrade-declined': 'The origin does not upgrade the connection',
  upgrade: 'Upgraded connections are not forwarded',
}

/** A problem document (RFC 9457). Names rules and reasons, never a value. */
export function problem(options: {
  side: Side
  status: number
  reason: string
  rules: readonly string[]
  id: string
  code?: string
}): Uint8Array {
  const { side, status, reason, rules, id, code = 'dlp-blocked' } = options
  const title = TITLES[reason] ?? 'The message could not be inspected'
  return new TextEncoder().encode(
    JSON.stringify({ type: 'about:blank', title, status, code, side, reason, ...(rules.length > 0 ? { rules } : {}), id }),
  )
}
