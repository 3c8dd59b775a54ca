import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'openai-key',
  label: 'openai_key',
  title: 'OpenAI API key',
  source: 'OpenAI docs, "API keys"; the format given to secret scanners',
  pattern: '(?<![0-9A-Za-z])sk-[0-9A-Za-z_\\-]{40,400}',
  validator: 'openai-key',
  confidence: 'high',
  samples: {
    find: [
      'key ⟦sk-' + 'mbtfd4p9x8lcns37cneyT3BlbkFJdzlgmuo58tnrvg7txccq⟧ x',
      '"⟦sk-proj-' + 'Xi8tdMjHV6pmbBbwilTeT3BlbkFJ3UDnpdEwNNm6wVBpYM0o⟧"',
    ],
    ignore: [
      'sk-proj-Xi8tdMjHV6pmbBbwilTeT4BlbkFJ3UDnpdEwNNm6wVBpYM0o',
      'sk-' + 'x'.repeat(48),
      'sk-learn',
      'task-mbtfd4p9x8lcns37cneyT3BlbkFJdzlgmuo58tnrvg7txccq',
      '[redacted:OPENAI_KEY]',
    ],
  },
}
