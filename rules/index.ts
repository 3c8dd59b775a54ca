// Written by tools/write-index.ts (npm run build:rules). Do not edit.
import type { PlacedRule } from '../src/core/rule.ts'
import { rule as email } from './contact/email.ts'
import { rule as phoneByName } from './contact/phone-by-name.ts'
import { rule as phoneNumber } from './contact/phone-number.ts'
import { rule as usPhone } from './contact/us-phone.ts'
import { rule as anthropicKey } from './credentials/anthropic-key.ts'
import { rule as awsAccessKey } from './credentials/aws-access-key.ts'
import { rule as awsSecretKey } from './credentials/aws-secret-key.ts'
import { rule as basicAuthUrl } from './credentials/basic-auth-url.ts'
import { rule as databaseUrl } from './credentials/database-url.ts'
import { rule as genericPassword } from './credentials/generic-password.ts'
import { rule as githubToken } from './credentials/github-token.ts'
import { rule as gitlabToken } from './credentials/gitlab-token.ts'
import { rule as googleApiKey } from './credentials/google-api-key.ts'
import { rule as googleOauth } from './credentials/google-oauth.ts'
import { rule as jwt } from './credentials/jwt.ts'
import { rule as npmToken } from './credentials/npm-token.ts'
import { rule as openaiKey } from './credentials/openai-key.ts'
import { rule as privateKey } from './credentials/private-key.ts'
import { rule as pypiToken } from './credentials/pypi-token.ts'
import { rule as sendgridKey } from './credentials/sendgrid-key.ts'
import { rule as slackToken } from './credentials/slack-token.ts'
import { rule as stripeKey } from './credentials/stripe-key.ts'
import { rule as twilioKey } from './credentials/twilio-key.ts'
import { rule as auTfn } from './identity/au/au-tfn.ts'
import { rule as brCnpj } from './identity/br/br-cnpj.ts'
import { rule as brCpf } from './identity/br/br-cpf.ts'
import { rule as caSin } from './identity/ca/ca-sin.ts'
import { rule as dateOfBirth } from './identity/date-of-birth.ts'
import { rule as deTaxId } from './identity/de/de-tax-id.ts'
import { rule as esNie } from './identity/es/es-nie.ts'
import { rule as esNif } from './identity/es/es-nif.ts'
import { rule as frNir } from './identity/fr/fr-nir.ts'
import { rule as inAadhaar } from './identity/in/in-aadhaar.ts'
import { rule as itFiscalCode } from './identity/it/it-fiscal-code.ts'
import { rule as nlBsn } from './identity/nl/nl-bsn.ts'
import { rule as plPesel } from './identity/pl/pl-pesel.ts'
import { rule as ukNhsNumber } from './identity/uk/uk-nhs-number.ts'
import { rule as ukNino } from './identity/uk/uk-nino.ts'
import { rule as usItin } from './identity/us/us-itin.ts'
import { rule as usSsn } from './identity/us/us-ssn.ts'
import { rule as ipAddress } from './network/ip-address.ts'
import { rule as macAddress } from './network/mac-address.ts'
import { rule as abaRouting } from './payment/aba-routing.ts'
import { rule as creditCard } from './payment/credit-card.ts'
import { rule as iban } from './payment/iban.ts'
import { rule as swiftBic } from './payment/swift-bic.ts'

/** Every rule with its place in the tree, sorted by selector. */
export const placedRules: readonly PlacedRule[] = [
  { group: 'contact', rule: email },
  { group: 'contact', rule: phoneByName },
  { group: 'contact', rule: phoneNumber },
  { group: 'contact', rule: usPhone },
  { group: 'credentials', rule: anthropicKey },
  { group: 'credentials', rule: awsAccessKey },
  { group: 'credentials', rule: awsSecretKey },
  { group: 'credentials', rule: basicAuthUrl },
  { group: 'credentials', rule: databaseUrl },
  { group: 'credentials', rule: genericPassword },
  { group: 'credentials', rule: githubToken },
  { group: 'credentials', rule: gitlabToken },
  { group: 'credentials', rule: googleApiKey },
  { group: 'credentials', rule: googleOauth },
  { group: 'credentials', rule: jwt },
  { group: 'credentials', rule: npmToken },
  { group: 'credentials', rule: openaiKey },
  { group: 'credentials', rule: privateKey },
  { group: 'credentials', rule: pypiToken },
  { group: 'credentials', rule: sendgridKey },
  { group: 'credentials', rule: slackToken },
  { group: 'credentials', rule: stripeKey },
  { group: 'credentials', rule: twilioKey },
  { group: 'identity/au', rule: auTfn },
  { group: 'identity/br', rule: brCnpj },
  { group: 'identity/br', rule: brCpf },
  { group: 'identity/ca', rule: caSin },
  { group: 'identity', rule: dateOfBirth },
  { group: 'identity/de', rule: deTaxId },
  { group: 'identity/es', rule: esNie },
  { group: 'identity/es', rule: esNif },
  { group: 'identity/fr', rule: frNir },
  { group: 'identity/in', rule: inAadhaar },
  { group: 'identity/it', rule: itFiscalCode },
  { group: 'identity/nl', rule: nlBsn },
  { group: 'identity/pl', rule: plPesel },
  { group: 'identity/uk', rule: ukNhsNumber },
  { group: 'identity/uk', rule: ukNino },
  { group: 'identity/us', rule: usItin },
  { group: 'identity/us', rule: usSsn },
  { group: 'network', rule: ipAddress },
  { group: 'network', rule: macAddress },
  { group: 'payment', rule: abaRouting },
  { group: 'payment', rule: creditCard },
  { group: 'payment', rule: iban },
  { group: 'payment', rule: swiftBic },
]
