import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'anthropic-key',
  label: 'anthropic_key',
  title: 'Anthropic API or admin key',
  source: 'Anthropic docs, "API keys"; the format given to secret scanners',
  pattern: '(?<![0-9A-Za-z])sk-ant-[a-z]{2,8}[0-9]{2}-[0-9A-Za-z_\\-]{86,300}',
  validator: 'anthropic-key',
  confidence: 'high',
  samples: {
    find: [
      'key ⟦sk-ant-api03-' + 'o7ogduc3b_uzh8e1pz0-gheqgh00hgzfkvtlqem9mpyi0778sq7b42benxuywpwso40-ofv0k7g01au-faeodiec5hi47AA⟧ x',
      '"⟦sk-ant-admin01-' + 'd663fq94cxzxg9rbuqqddsxq4clexp-6ci_na5tavzr5p3nx38xxdrw0r2cbw8-p6tuybr-hv3_jqwhk3afmfvt7p13j5AA⟧"',
    ],
    ignore: [
      'sk-ant-api03-abc123xyz-456de-klMnopqrstuvwx-3456yza789bcde-1234fghijklmnopAA',
      'sk-ant-api03-' + 'x'.repeat(93) + 'AA',
      'sk-ant-api03-',
      '[redacted:ANTHROPIC_KEY]',
    ],
  },
}
