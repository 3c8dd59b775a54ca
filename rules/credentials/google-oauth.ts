import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'google-oauth',
  label: 'google_oauth',
  title: 'Google OAuth client secret, access token or refresh token',
  source: 'Google Identity docs, "Using OAuth 2.0"',
  pattern: '(?<![0-9A-Za-z])(?:GOCSPX-[0-9A-Za-z_\\-]{28,100}|ya29\\.[0-9A-Za-z_\\-]{30,2000}|1//0[0-9A-Za-z_\\-]{40,200})',
  validator: 'google-oauth',
  confidence: 'high',
  samples: {
    find: [
      'secret ⟦GOCSPX-' + 'k3Vd0sQm9TzYb1LrXwPe7uHaNcJf⟧ x',
      'Bearer ⟦ya29.' + 'a0AfB_byC3kQxT7mLwVnRz0PdSeYgUiHoJ⟧',
      '⟦1//0' + '4dX9kQzT7mLwVnRbPdSeYgUiHoJcKaFsGtBxNvWq⟧',
    ],
    ignore: ['GOCSPX-xxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'GOCSPX-short', 'ya29.abc', '11//04', '[redacted:GOOGLE_OAUTH]'],
  },
}
