import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'pypi-token',
  label: 'pypi_token',
  title: 'PyPI API token',
  source: 'PyPI help, "API tokens"; macaroon in base64url',
  pattern: '(?<![0-9A-Za-z])pypi-AgE[0-9A-Za-z_\\-]{60,2000}',
  validator: 'pypi-token',
  confidence: 'high',
  samples: {
    find: [
      'token ⟦pypi-' + 'AgEIcHlwaS5vcmc02a49c8da67d132304b301cc4e9d827d8b5acbfe64331cc9b9feb838cc14777a⟧ x',
      '⟦pypi-' + 'AgENdGVzdC5weXBpLm9yZwIkN2YxOWZhOWEtY2FjYS00MGZhLTj2MGEtODFjMnE2MjdmMzY0AAIqWzMsImJlM2FiOWI5⟧',
    ],
    ignore: [
      'pypi-AgEIcHlwaS5vcmc',
      'pypi-' + 'AgEabcdefghijk02a49c8da67d132304b301cc4e9d827d8b5acbfe64331cc9b9feb838cc14777a',
      'pypi-server',
      '[redacted:PYPI_TOKEN]',
    ],
  },
}
