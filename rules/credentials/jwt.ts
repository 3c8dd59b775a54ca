import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'jwt',
  label: 'jwt',
  title: 'JSON Web Token, signed, unsigned or encrypted',
  source: 'RFC 7519, RFC 7515 (JWS), RFC 7516 (JWE), compact serialization',
  pattern: '(?<![0-9A-Za-z])e[yw][0-9A-Za-z_\\-]{10,8000}\\.[0-9A-Za-z_\\-]{2,16000}(?:\\.[0-9A-Za-z_\\-]{0,8000}){0,3}',
  validator: 'jwt',
  confidence: 'high',
  samples: {
    find: [
      'session ⟦eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MTU4NjgzNiIsIm5hbWUiOiJlcmlrIn0.J9cycAIdFlOBfl0yJXslicawjIsZWLBpq34pf-yfUWM⟧ x',
      '"⟦eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0ZXN0LXVzZXIifQ.⟧"',
      '⟦eyJ0eXAiOiJKV1QiLA0KImFsZyI6IkhTMjU2In0.eyJzdWIiOiIxMjM0NTY3ODkwIn0⟧',
    ],
    ignore: [
      'eyJ',
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9',
      'eyJAAAAAAAAAAAA.eyJBBBBBBBBB.CCCC',
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ.eyJzdWIiOiIxMjM0NTY3ODkwIn0.SflKxwRJSMeKKF2QT4fw',
      '[redacted:JWT]',
    ],
  },
}
