import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'sendgrid-key',
  label: 'sendgrid_key',
  title: 'SendGrid API key',
  source: 'Twilio SendGrid docs, "API keys"',
  pattern: '(?<![0-9A-Za-z])SG\\.[0-9A-Za-z_\\-]{16,32}\\.[0-9A-Za-z_\\-]{39,200}',
  validator: 'sendgrid-key',
  confidence: 'high',
  samples: {
    find: [
      'oops ⟦SG.' + 'APhb3zgjtx3hajdas1TjBB.H7Sgbba3afgKSDyB442aDK0kpGO3SD332313-L5528K⟧',
      '"⟦SG.' + 'ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr⟧"',
    ],
    ignore: [
      'SG.ngeVfQFYQlKU0ufo8x5d1A..TwL2iGABf9DHoTf-09kqeF8tAmbihYzrnopKc-1s5cr',
      'SG.' + 'x'.repeat(22) + '.' + 'x'.repeat(43),
      'SG.abc.def',
      '[redacted:SENDGRID_KEY]',
    ],
  },
}
