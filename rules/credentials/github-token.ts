import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'github-token',
  label: 'github_token',
  title: 'GitHub token: personal, OAuth, app, refresh or fine-grained',
  source: 'GitHub docs, "About authentication to GitHub", token formats',
  pattern:
    '(?<![0-9A-Za-z])(?:gh[pour]_[0-9A-Za-z]{36,255}|ghs_(?:[0-9A-Za-z]{36,128}|[0-9]{1,20}_eyJ[0-9A-Za-z_\\-]{8,2000}\\.[0-9A-Za-z_\\-]{8,8000}\\.[0-9A-Za-z_\\-]{8,2000})|github_pat_[0-9A-Za-z_]{59,255})',
  validator: 'github-token',
  confidence: 'high',
  samples: {
    find: [
      'token ⟦ghp_' + 'lzfGNUNLXkXR3UuaqoVUtEplBQj0Mk1dMleW⟧ x',
      'id_⟦ghs_' + 'gxrXiK8V7RB3E1i09l20K90U6yYS1z19rZmg⟧_end',
      '⟦github_pat_' + '11AAGI73I0HFY8wJru4mTw_ZlpxaViSYQuKETGMTXMkbWFrZCqjas5OpXSUP6g5zbrE2PRUI7CfRZ3m3z3⟧',
    ],
    ignore: [
      'ghp_' + 'x'.repeat(36),
      'ghp_' + 'cdbcab',
      'xghp_' + 'lzfGNUNLXkXR3UuaqoVUtEplBQj0Mk1dMleW',
      'github_pat_' + 'x'.repeat(22) + '_' + 'x'.repeat(59),
      '[redacted:GITHUB_TOKEN]',
    ],
  },
}
