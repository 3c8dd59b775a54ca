// Written by tools/write-index.ts (npm run build:rules). Do not edit.

/** The checks a rule may name: the files of src/evidence/validators/. */
export type ValidatorId =
  | 'aws-access-key'
  | 'aws-secret-key'
  | 'card-number'
  | 'database-url'
  | 'email-address'
  | 'github-token'
  | 'iban'
  | 'ip-address'
  | 'jwt'
  | 'password-assignment'
  | 'password-value'
  | 'phone-e164'
  | 'private-key'
  | 'slack-token'
  | 'stripe-key'
  | 'us-ssn'
