import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'google-api-key',
  label: 'google_api_key',
  title: 'Google API key',
  source: 'Google Cloud docs, "Manage API keys"',
  pattern: '(?<![0-9A-Za-z])AIza[0-9A-Za-z_\\-]{35,200}',
  validator: 'google-api-key',
  confidence: 'high',
  samples: {
    find: ['key=⟦AIza' + 'tSM3mJGJgIZ656HLaz0P24uQZ0wq4t3ZaoE⟧', '"⟦AIza' + 'SyNHxIf32IQ1a1yjl3ZJIqKZqzLAK1XhDk-⟧"'],
    ignore: [
      'AIzaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      'AIzaSyabcdefghijklmnopqrstuvwxyz1234567',
      'AIzaSyNHxIf32IQ1a1yjl3',
      'xAIza' + 'tSM3mJGJgIZ656HLaz0P24uQZ0wq4t3ZaoE',
      '[redacted:GOOGLE_API_KEY]',
    ],
  },
}
