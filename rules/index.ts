// Written by tools/write-index.ts (npm run build:rules). Do not edit.
import type { PlacedRule } from '../src/core/rule.ts'
import { rule as email } from './contact/email.ts'
import { rule as phoneNumber } from './contact/phone-number.ts'
import { rule as awsAccessKey } from './credentials/aws-access-key.ts'
import { rule as awsSecretKey } from './credentials/aws-secret-key.ts'
import { rule as databaseUrl } from './credentials/database-url.ts'
import { rule as genericPassword } from './credentials/generic-password.ts'
import { rule as githubToken } from './credentials/github-token.ts'
import { rule as jwt } from './credentials/jwt.ts'
import { rule as privateKey } from './credentials/private-key.ts'
import { rule as slackToken } from './credentials/slack-token.ts'
import { rule as stripeKey } from './credentials/stripe-key.ts'
import { rule as usSsn } from './identity/us/us-ssn.ts'
import { rule as ipAddress } from './network/ip-address.ts'
import { rule as creditCard } from './payment/credit-card.ts'
import { rule as iban } from './payment/iban.ts'

/** Every rule with its place in the tree, sorted by selector. */
export const placedRules: readonly PlacedRule[] = [
  { group: 'contact', rule: email },
  { group: 'contact', rule: phoneNumber },
  { group: 'credentials', rule: awsAccessKey },
  { group: 'credentials', rule: awsSecretKey },
  { group: 'credentials', rule: databaseUrl },
  { group: 'credentials', rule: genericPassword },
  { group: 'credentials', rule: githubToken },
  { group: 'credentials', rule: jwt },
  { group: 'credentials', rule: privateKey },
  { group: 'credentials', rule: slackToken },
  { group: 'credentials', rule: stripeKey },
  { group: 'identity/us', rule: usSsn },
  { group: 'network', rule: ipAddress },
  { group: 'payment', rule: creditCard },
  { group: 'payment', rule: iban },
]
