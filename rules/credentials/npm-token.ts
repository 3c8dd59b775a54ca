import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'npm-token',
  label: 'npm_token',
  title: 'npm access token, also as an .npmrc assigns it',
  source: 'npm docs, "About access tokens" and ".npmrc", auth related configuration',
  // of an assignment what is behind the registry's address: to walk every address to its end would cost half of a scan
  pattern:
    '\\b(?:npm_[0-9A-Za-z]{36,100}|/:_(?:authToken|auth|password)[ \\t]{0,3}=[ \\t]{0,3}["\']?[0-9A-Za-z+/=_.~\\-]{8,2000})',
  validator: 'npm-token',
  confidence: 'high',
  samples: {
    find: [
      'token ⟦npm_' + '15kbt1e9d34emuynphk4h4wezw393t0uqdvc⟧ x',
      '//registry.npmjs.org/:_authToken=⟦743b294a-cd03-11ec-9d64-0242ac120002⟧',
      '//npm.example.com/api/npm/:_authToken = ⟦k3Vd0sQm9TzYb1LrXwPe7uHa⟧',
    ],
    ignore: [
      '//registry.npmjs.org/:_authToken=${NPM_TOKEN}',
      'npm_config_registry',
      'npm_' + 'x'.repeat(36),
      '_authToken=743b294a-cd03-11ec-9d64-0242ac120002',
      '//registry.npmjs.org/:_authToken=[redacted:NPM_TOKEN]',
    ],
  },
}
