import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'generic-password',
  label: 'generic_password',
  title: 'Password in a field or assignment named as one',
  source: 'CWE-312, CWE-532; names as used by configuration files and APIs',
  byKey: true,
  pattern:
    '(?i:(?:password|passwd|passphrase|passwort|kennwort|(?:db|user|my|smtp|root|admin|ftp|mail|mysql|pg)_?pass|pwd)[0-9]{0,2})(?:["\'\\]]{0,2}[ \\t]{0,4}(?::=|=>|={1,3}|:)[ \\t]{0,4}(?:@?"[^"\\n\\r]{1,1000}"|@?\'[^\'\\n\\r]{1,1000}\'|`[^`\\n\\r]{1,1000}`|[^\\s"\'`,;<>&=:@][^\\s"\'`,;<>&]{0,999}))',
  validator: 'password-assignment',
  valueValidator: 'password-value',
  confidence: 'medium',
  keys: ['password', 'passwd', 'pwd', 'passphrase', 'passcode', 'passwort', 'kennwort', 'motdepasse', 'contrasena', 'wachtwoord', 'db pass', 'user pass', 'smtp pass', 'root pass', 'admin pass', 'mysql pass'],
  samples: {
    find: ['password = "⟦hunter2!⟧"', "'passwd' => '⟦s3cret value⟧',", 'DB_PASSWORD=⟦s3cr3t-4711⟧', 'user=a&password=⟦hunter22⟧&x=1', 'my_passphrase: ⟦correct-H0rse⟧', '<add password="⟦hunter2!⟧"/>'],
    ignore: [
      'password: string; apiKey?: string',
      'password = getpass.getpass("Password: ")',
      "if (password === '') throw",
      'password: ${link}',
      'password = req.body.password',
      'password=[redacted:GENERIC_PASSWORD]',
      'password: ************',
      'password: "Password is required"',
      '<password>',
      'password: null',
    ],
  },
}
