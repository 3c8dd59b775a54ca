import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'aws-secret-key',
  label: 'aws_secret_key',
  title: 'AWS secret access key beside its name',
  source: 'AWS IAM user guide, "Managing access keys"; AWS security blog, "A safer way to distribute AWS credentials to EC2"',
  pattern: '(?<![0-9A-Za-z/+=])[0-9A-Za-z/+]{40}(?![0-9A-Za-z/+=])',
  validator: 'aws-secret-key',
  confidence: 'low',
  keys: [
    'aws secret',
    'aws secret key',
    'aws secret access key',
    'secret access key',
    'secretaccesskey',
    'awssecretkey',
    'aws access key',
    'aws key',
    'secret key',
  ],
  words: [
    'aws secret',
    'aws secret key',
    'secret access key',
    'secretaccesskey',
    'awssecretkey',
    'awssecretaccesskey',
    'aws access key',
    'access key id',
    'aws',
    'amazon',
  ],
  samples: {
    find: [
      'AWS_SECRET_ACCESS_KEY = ⟦wTpAvVxdMClk/BzJzWXzMy/NUz+utcj3VUE52WQj⟧',
      '<AWSSecretAccessKey>⟦wTpAvVxdMClk/BzJzWXzMy/NUz+utcj3VUE52WQj⟧</AWSSecretAccessKey>',
      'var myAWSSecretAccessKey = "⟦wTpAvVxdMClk/BzJzWXzMy/NUz+utcj3VUE52WQj⟧";',
    ],
    ignore: [
      'value wTpAvVxdMClk/BzJzWXzMy/NUz+utcj3VUE52WQj',
      'aws_secret_access_key: f3012c6f473ac07f1e760ac4b423eb1dc70fd144',
      'aws_secret_access_key=wTpAvVxdMClk/BzJzWXzMy/NUz+utcj3VUE52WQjA',
      '[redacted:AWS_SECRET_KEY]',
    ],
  },
}
