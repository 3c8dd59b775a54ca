import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'twilio-key',
  label: 'twilio_key',
  title: 'Twilio API key or auth token',
  source: 'Twilio docs, "API keys" and "Auth tokens"',
  pattern: '(?<![0-9A-Za-z])(?:SK)?[0-9a-f]{32}(?![0-9A-Za-z])',
  validator: 'twilio-key',
  confidence: 'high',
  keys: ['twilio auth token', 'twilio token', 'twilio key', 'twilio secret'],
  words: ['twilio auth token', 'twilio token', 'twilio key', 'twilio secret', 'twilio api key', 'twilio authtoken'],
  samples: {
    find: [
      'key ⟦SK' + '6d58259f30c127af682fb2b9d3fc820f⟧ x',
      'var twilioKey = "⟦c9117d87046fc24205e4240e6bc9963a⟧";',
      'TWILIO_AUTH_TOKEN=⟦c9117d87046fc24205e4240e6bc9963a⟧',
    ],
    ignore: [
      'SKxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
      'md5 c9117d87046fc24205e4240e6bc9963a',
      'SK' + '0'.repeat(32),
      'TASK6d58259f30c127af682fb2b9d3fc820f',
      '[redacted:TWILIO_KEY]',
    ],
  },
}
