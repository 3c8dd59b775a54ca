/** Types a mark may name: the labels of the built-in rules in upper case, sorted. A test compares it with `rules/`. */
export const MARK_TYPES: readonly string[] = [
  'AWS_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'CREDIT_CARD',
  'DATABASE_URL',
  'EMAIL',
  'GENERIC_PASSWORD',
  'GITHUB_TOKEN',
  'IBAN',
  'IP_ADDRESS',
  'JWT',
  'PHONE_NUMBER',
  'PRIVATE_KEY',
  'SLACK_TOKEN',
  'STRIPE_KEY',
  'US_SSN',
]
