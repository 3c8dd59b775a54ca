import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'slack-token',
  label: 'slack_token',
  title: 'Slack token: bot, user, app, configuration, refresh or legacy',
  source: 'Slack API docs, "Tokens" and "Token rotation"',
  pattern:
    '(?<![0-9A-Za-z])(?:xox[abceoprs]-[0-9A-Za-z\\-]{8,400}|xoxe\\.xox[bp]-[0-9]-[0-9A-Za-z\\-]{20,400}|xoxd-[0-9A-Za-z%/+=]{20,400}|xapp-[0-9]-[0-9A-Za-z\\-]{20,400})',
  validator: 'slack-token',
  confidence: 'high',
  samples: {
    find: [
      'bot ⟦xoxb-' + '856718876108-681868434581-Ofiq3dFPpVexwVCDNDhZruNI⟧ x',
      '"⟦xoxp-' + '41684372915-1320496754-45609968301-e708ba56e1517a99f6b5fb07349476ef⟧"',
      '⟦xapp-' + '1-A052FGTS2DL-5171572773297-610b6a11f4b7eb819e87b767d80e6575a3634791acb9a9ead051da879eb5b55e⟧',
      '⟦xoxr-' + '7-lt8vy5vhpg3w⟧',
    ],
    ignore: [
      'xoxb-1',
      'xoxb-xxxxxxxxx-xxxxxxxxxx-xxxxxxxxxxxx',
      'xoxb-12345-abcd234',
      'xoxa-nyc/xoxa-nyc.github.io',
      'xoxp-1234-1234-1234-4ddbc191d40ee098cbaae6f3523ada2d',
      '[redacted:SLACK_TOKEN]',
    ],
  },
}
