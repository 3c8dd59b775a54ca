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

/** What the commonest checks look at. */
const CHECKS = {
  'card-number': 'Issuer prefix, length and check digit (Luhn) are those of a card.',
  iban: 'Country, length, structure and check digits (97-10) are right.',
  'aba-routing': 'Its district and its check digit (3-7-1) are right.',
  'email-address': 'Local part, domain and top-level domain can be an address.',
  'ip-address': 'It is a whole address, not a version or a part of something longer.',
  'phone-e164': 'Country code and number of digits are assigned ones.',
  'us-phone': 'Area code and exchange follow the numbering plan.',
  'us-ssn': 'Area, group and serial are ones that were issued.',
  'us-itin': 'Its group digits are ones that are issued.',
  jwt: 'Its header decodes to the header of a token.',
  'private-key': 'Head, foot and encoding are those of a private key.',
  'database-url': 'It has a user and a password that is no placeholder.',
  'basic-auth-url': 'It has a user and a password that is no placeholder.',
  'password-assignment': 'What is assigned is no placeholder, word or code.',
  'password-value': 'The value is no placeholder.',
  'github-token': 'Prefix and length are those of a token, and it is no placeholder.',
  'aws-access-key': 'Prefix and alphabet are those of a key, and it is no placeholder.',
  'aws-secret-key': 'Its characters are as random as a secret’s.',
}

export function why({ kind, what }) {
  switch (kind) {
    case 'pattern':
      return `It has the form of: ${what}.`
    case 'check':
      return CHECKS[what] ?? `It passes the check ${what}.`
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

/** An audit event in a sentence. */
export function happened(event) {
  switch (event.kind) {
    case 'policy-in-force':
      return `A policy ${event.by === 'console' ? 'written in the console ' : ''}came in force${event.version === undefined ? '' : ` (bundle ${event.version})`}${event.kill ? ', observing only' : ''}.`
    case 'policy-refused':
      return `A policy was refused, and the one before it stays: ${event.code}, ${event.option}.`
    case 'policy-expired':
      return `The time of bundle ${event.version} is over; it stays until there is another.`
    case 'kill-switch':
      return event.on ? 'The kill switch is on: everything observes.' : 'The kill switch is off again.'
    case 'suppression-expired':
      return `A suppression of ${event.rule} has expired; its findings count again.`
    case 'breaker':
      return `${event.rule} blocked ${event.blocked} of ${event.messages} messages ${direction(event.side)} (${routeName(event.route)}); it redacts there until ${new Date(event.until).toLocaleTimeString('en')}.`
    default:
      return event.kind
  }
}
