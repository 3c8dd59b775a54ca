// Written by tools/write-index.ts (npm run build:rules). Do not edit.
import type { ValidatorId } from '../../core/validator-id.ts'
import type { Validator } from '../validator.ts'
import { validate as awsAccessKey } from './aws-access-key.ts'
import { validate as awsSecretKey } from './aws-secret-key.ts'
import { validate as cardNumber } from './card-number.ts'
import { validate as databaseUrl } from './database-url.ts'
import { validate as emailAddress } from './email-address.ts'
import { validate as githubToken } from './github-token.ts'
import { validate as iban } from './iban.ts'
import { validate as ipAddress } from './ip-address.ts'
import { validate as jwt } from './jwt.ts'
import { validate as passwordAssignment } from './password-assignment.ts'
import { validate as passwordValue } from './password-value.ts'
import { validate as phoneE164 } from './phone-e164.ts'
import { validate as privateKey } from './private-key.ts'
import { validate as slackToken } from './slack-token.ts'
import { validate as stripeKey } from './stripe-key.ts'
import { validate as usSsn } from './us-ssn.ts'

export const VALIDATORS: Readonly<Record<ValidatorId, Validator>> = {
  'aws-access-key': awsAccessKey,
  'aws-secret-key': awsSecretKey,
  'card-number': cardNumber,
  'database-url': databaseUrl,
  'email-address': emailAddress,
  'github-token': githubToken,
  iban,
  'ip-address': ipAddress,
  jwt,
  'password-assignment': passwordAssignment,
  'password-value': passwordValue,
  'phone-e164': phoneE164,
  'private-key': privateKey,
  'slack-token': slackToken,
  'stripe-key': stripeKey,
  'us-ssn': usSsn,
}
