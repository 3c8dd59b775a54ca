// Written by tools/write-index.ts (npm run build:rules). Do not edit.
import type { ValidatorId } from '../../core/validator-id.ts'
import type { Validator } from '../validator.ts'
import { validate as abaRouting } from './aba-routing.ts'
import { validate as anthropicKey } from './anthropic-key.ts'
import { validate as auTfn } from './au-tfn.ts'
import { validate as awsAccessKey } from './aws-access-key.ts'
import { validate as awsSecretKey } from './aws-secret-key.ts'
import { validate as basicAuthUrl } from './basic-auth-url.ts'
import { validate as brCnpj } from './br-cnpj.ts'
import { validate as brCpf } from './br-cpf.ts'
import { validate as caSin } from './ca-sin.ts'
import { validate as cardNumber } from './card-number.ts'
import { validate as databaseUrl } from './database-url.ts'
import { validate as dateAssignment } from './date-assignment.ts'
import { validate as dateValue } from './date-value.ts'
import { validate as deTaxId } from './de-tax-id.ts'
import { validate as emailAddress } from './email-address.ts'
import { validate as esNie } from './es-nie.ts'
import { validate as esNif } from './es-nif.ts'
import { validate as frNir } from './fr-nir.ts'
import { validate as githubToken } from './github-token.ts'
import { validate as gitlabToken } from './gitlab-token.ts'
import { validate as googleApiKey } from './google-api-key.ts'
import { validate as googleOauth } from './google-oauth.ts'
import { validate as iban } from './iban.ts'
import { validate as inAadhaar } from './in-aadhaar.ts'
import { validate as ipAddress } from './ip-address.ts'
import { validate as itFiscalCode } from './it-fiscal-code.ts'
import { validate as jwt } from './jwt.ts'
import { validate as macAddress } from './mac-address.ts'
import { validate as nlBsn } from './nl-bsn.ts'
import { validate as npmToken } from './npm-token.ts'
import { validate as openaiKey } from './openai-key.ts'
import { validate as passwordAssignment } from './password-assignment.ts'
import { validate as passwordValue } from './password-value.ts'
import { validate as phoneAssignment } from './phone-assignment.ts'
import { validate as phoneE164 } from './phone-e164.ts'
import { validate as phoneValue } from './phone-value.ts'
import { validate as plPesel } from './pl-pesel.ts'
import { validate as privateKey } from './private-key.ts'
import { validate as pypiToken } from './pypi-token.ts'
import { validate as sendgridKey } from './sendgrid-key.ts'
import { validate as slackToken } from './slack-token.ts'
import { validate as stripeKey } from './stripe-key.ts'
import { validate as swiftBic } from './swift-bic.ts'
import { validate as twilioKey } from './twilio-key.ts'
import { validate as ukNhsNumber } from './uk-nhs-number.ts'
import { validate as ukNino } from './uk-nino.ts'
import { validate as usItin } from './us-itin.ts'
import { validate as usPhone } from './us-phone.ts'
import { validate as usSsn } from './us-ssn.ts'

export const VALIDATORS: Readonly<Record<ValidatorId, Validator>> = {
  'aba-routing': abaRouting,
  'anthropic-key': anthropicKey,
  'au-tfn': auTfn,
  'aws-access-key': awsAccessKey,
  'aws-secret-key': awsSecretKey,
  'basic-auth-url': basicAuthUrl,
  'br-cnpj': brCnpj,
  'br-cpf': brCpf,
  'ca-sin': caSin,
  'card-number': cardNumber,
  'database-url': databaseUrl,
  'date-assignment': dateAssignment,
  'date-value': dateValue,
  'de-tax-id': deTaxId,
  'email-address': emailAddress,
  'es-nie': esNie,
  'es-nif': esNif,
  'fr-nir': frNir,
  'github-token': githubToken,
  'gitlab-token': gitlabToken,
  'google-api-key': googleApiKey,
  'google-oauth': googleOauth,
  iban,
  'in-aadhaar': inAadhaar,
  'ip-address': ipAddress,
  'it-fiscal-code': itFiscalCode,
  jwt,
  'mac-address': macAddress,
  'nl-bsn': nlBsn,
  'npm-token': npmToken,
  'openai-key': openaiKey,
  'password-assignment': passwordAssignment,
  'password-value': passwordValue,
  'phone-assignment': phoneAssignment,
  'phone-e164': phoneE164,
  'phone-value': phoneValue,
  'pl-pesel': plPesel,
  'private-key': privateKey,
  'pypi-token': pypiToken,
  'sendgrid-key': sendgridKey,
  'slack-token': slackToken,
  'stripe-key': stripeKey,
  'swift-bic': swiftBic,
  'twilio-key': twilioKey,
  'uk-nhs-number': ukNhsNumber,
  'uk-nino': ukNino,
  'us-itin': usItin,
  'us-phone': usPhone,
  'us-ssn': usSsn,
}
