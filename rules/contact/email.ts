import type { RuleDefinition } from '../../src/core/rule.ts'

const LOCAL = "[A-Za-z0-9._%+'\\-\\x80-\\xff]"
const DOMAIN = '[A-Za-z0-9\\-\\x80-\\xff]{1,200}(?:\\.[A-Za-z0-9\\-\\x80-\\xff]{1,200}){1,8}'

export const rule: RuleDefinition = {
  id: 'email',
  label: 'email',
  title: 'E-mail address',
  source: 'RFC 5321 sections 4.1.2 and 4.5.3.1; IANA root zone for the shape of a top-level domain',
  // a local part longer than 64 is taken whole, so that filler in front hides nothing; addresses joined by a byte of
  // the local part are taken together. The validator narrows.
  pattern: `(?<!${LOCAL})${LOCAL}{1,256}@${DOMAIN}(?:(?:(?:[_%+']|\\.[._%+'])${LOCAL}{0,256})?@${DOMAIN}){0,15}`,
  validator: 'email-address',
  confidence: 'high',
  samples: {
    find: [
      'write to ⟦ana.b+c@mail.example.com⟧.',
      '⟦ZHOU_MARIA79@INTRA.EXAMPLE.COM⟧',
      'A. Desk <⟦noor@example.org⟧>',
      'mailto:⟦kofi@example.org⟧?subject=x',
      'k=⟦dtanaka99@intra.example.com⟧&z=1',
      "'⟦o'brien@example.ie⟧'",
      '⟦user@xn--80ak6aa92e.com⟧',
      '⟦a@xn--d1acufc.xn--p1ai⟧',
      '連絡先⟦foo@example.com⟧まで',
      "⟦a@example.com'b@example.org⟧",
      '⟦a@example.com.b@example.org⟧',
      '⟦josé@example.com⟧',
    ],
    ignore: [
      '@media (min-width:1px)',
      'copper@6.1.1',
      '@scope/granite@^2',
      'user@host',
      'info@presidio.',
      'icon@2x.png',
      'john.smith@gmail..com',
      '[redacted:EMAIL]',
      'j******m',
    ],
  },
}
