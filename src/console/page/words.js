// What codes are called.

const DECISIONS = {
  clean: ['Nothing found', 'calm'],
  found: ['Reported', 'warn'],
  edited: ['Edited', 'edit'],
  blocked: ['Blocked', 'stop'],
  aborted: ['Ended', 'stop'],
  'not-inspected': ['Not inspected', 'warn'],
}
export const decision = (code) => DECISIONS[code] ?? [code, 'calm']

export const direction = (side) => (side === 'request' ? 'to the origin' : 'to the client')
export const arrow = (side) => (side === 'request' ? '→' : '←')

const PAST = {
  allow: 'left as it is',
  redact: 'redacted',
  mask: 'masked',
  hash: 'hashed',
  drop: 'dropped',
  block: 'blocked',
}
/** `masked`, or for an observing policy `would be masked`. */
export const done = (action, enforced, suppressed = false) =>
  suppressed || action === 'suppressed'
    ? 'suppressed'
    : enforced || action === 'allow'
      ? (PAST[action] ?? action)
      : `would be ${PAST[action] ?? action}`

export const tone = (action, enforced, suppressed = false) =>
  suppressed || action === 'suppressed' ? 'calm' : !enforced || action === 'allow' ? 'warn' : action === 'block' ? 'stop' : 'edit'

export function why({ kind, what }) {
  switch (kind) {
    case 'pattern':
      return `It has the form of: ${what}.`
    case 'check':
      return `It passes the check ${what}.`
    case 'key':
      return `The name of its field says so (“${what}”).`
    case 'whole-value':
      return `Its field is named “${what}”, so the whole value counts.`
    case 'word':
      return `The word “${what}” stands near it.`
    case 'decoded':
      return 'It was hidden behind an encoding, which was undone to read it.'
    default:
      return what
  }
}

const REASONS = {
  'binary-type': 'a type that is not read',
  'coding-unsupported': 'a coding that cannot be undone',
  'charset-unsupported': 'an unknown character set',
  partial: 'a part of a whole',
  'decode-limit': 'expands too far',
  'depth-limit': 'nested too deeply',
  'size-limit': 'too long',
  'held-limit': 'too much held back',
  'step-limit': 'too many steps',
  'kernel-failed': 'the scanner failed',
  'internal-error': 'a fault of the gateway',
  'policy-missing': 'no policy',
  'edit-forbidden': 'must not be changed',
  upgrade: 'an upgraded connection',
  'not-consumed': 'nobody read it',
  'skipped-by-policy': 'the policy skips it',
}
export const reason = (code) => REASONS[code] ?? code

export const routeName = (route) => (route === '' ? 'no route' : route)
