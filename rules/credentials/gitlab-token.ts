import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'gitlab-token',
  label: 'gitlab_token',
  title: 'GitLab token: personal, project, deploy, runner, trigger, feed, agent, session',
  source: 'GitLab docs, "Token overview", token prefixes',
  pattern:
    '(?<![0-9A-Za-z])(?:gl(?:pat|dt|oas|rtr|rt|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[0-9A-Za-z_\\-]{20,300}(?:\\.[0-9A-Za-z_\\-]{2,40}){0,2}|GR1348941[0-9A-Za-z_\\-]{20,100}|_gitlab_session=[0-9A-Za-z]{32,100})',
  validator: 'gitlab-token',
  confidence: 'high',
  samples: {
    find: [
      'token ⟦glpat-' + 'dmgycw5e9czdzzlafjgm⟧ x',
      '"⟦glrt-' + 't8_lt39575tfj4zm5rqcx76k0vvfny.6pcg05bjv⟧"',
      '⟦GR1348941' + '0mnlqmmvru3chzi4okep⟧',
      '⟦glptt-' + '716ccf4dababd1ab43f705dcd2d17b60f7be1dcc⟧',
    ],
    ignore: [
      'glpat-XXXXXXXXXXX-XXXXXXXX',
      'glpat-abc',
      'GR134894112312312312312312312',
      'glptt-' + '716ccf4dababd1ab43f7',
      'xglpat-' + 'dmgycw5e9czdzzlafjgm',
      '[redacted:GITLAB_TOKEN]',
    ],
  },
}
