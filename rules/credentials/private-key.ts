import type { RuleDefinition } from '../../src/core/rule.ts'

/** What a key's body is written in: base64, line breaks real or written out, quotes and signs of string concatenation. No dash. */
const BODY = '[0-9A-Za-z+/=\\s\\\\"\',.:;#*|<>()@%]'

export const rule: RuleDefinition = {
  id: 'private-key',
  label: 'private_key',
  title: 'Private key in PEM or OpenPGP armor, also in one line, cut, or base64 once more',
  source: 'RFC 7468, RFC 1421 (header fields), RFC 9580 section 6.2, OpenSSH PROTOCOL.key',
  pattern: `-----BEGIN (?:[0-9A-Z]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----${BODY}{0,16384}(?:-{1,2}${BODY}{1,4096}){0,8}(?:-----END [0-9A-Z ]{0,40}-----)?|LS0tLS1CRUdJTi[0-9A-Za-z+/]{100,32768}={0,2}`,
  validator: 'private-key',
  confidence: 'high',
  samples: {
    find: [
      'key: ⟦-----BEGIN EC PRIVATE ' +
        'KEY-----\nMHcCAQEEIDVZAUm9hgFApiSwUQiIu0luXIqofAM9C/4jDwfmyNP9UaAF4O+L+pz1\nK0tiUCfFtark5l17XudDKNobIdbW8CTwKxnIWo4RDvM6V/8SgwXOiS9uOK3MrlU3\n-----END EC PRIVATE ' +
        'KEY-----⟧ x',
      '"⟦-----BEGIN PRIVATE ' +
        'KEY-----\\nMHcCAQEEIDVZAUm9hgFApiSwUQiIu0luXIqofAM9C/4jDwfmyNP9UaAF4O+L+pz1\\n-----END PRIVATE ' +
        'KEY-----⟧\\n"',
      '⟦-----BEGIN RSA PRIVATE ' +
        'KEY-----\nMHcCAQEEIDVZAUm9hgFApiSwUQiIu0luXIqofAM9C/4jDwfmyNP9UaAF4O+L+pz1\nK0tiUCfFtark5l17XudDKNobIdbW8CTw⟧',
    ],
    ignore: [
      '-----BEGIN PRIVATE ' + 'KEY-----\nanything\n-----END PRIVATE KEY-----',
      '-----BEGIN PRIVATE ' + 'KEY-----\\n...\\n-----END PRIVATE KEY-----\\n',
      '-----BEGIN CERTIFICATE-----\nYdpWGbqfHqpoxfALDwb++MrIkFKpNDHQ33Kzbu9Q0RNlnK3IuIvXSZUy2C4EfrH/\n-----END CERTIFICATE-----',
      '[redacted:PRIVATE_KEY]',
    ],
  },
}
