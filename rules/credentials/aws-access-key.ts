import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'aws-access-key',
  label: 'aws_access_key',
  title: 'AWS access key id',
  source: 'AWS IAM user guide, "IAM identifiers": unique id prefixes',
  pattern: '(?<![0-9A-Za-z])(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![0-9A-Za-z])',
  validator: 'aws-access-key',
  confidence: 'high',
  samples: {
    find: ['access key ⟦AKIA' + 'J2WKYPY5ERF3H5CS⟧', '?t=⟦ASIA' + 'G4YXEYYSWM7ICXWW⟧#x', 'id_⟦ABIA' + 'FEQOBWTRTYOXJISY⟧_end'],
    ignore: [
      'AKIAIOSFODNN7EXAMPLE',
      'AKIAXXXXXXXXXXXXXXXX',
      'AKIACFHLELCGABC',
      'akiaj2wkypy5erf3h5cs',
      'TODAYINASIAASACKOFRICEFELLOVER',
      '[redacted:AWS_ACCESS_KEY]',
    ],
  },
}
