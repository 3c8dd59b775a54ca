import type { RuleDefinition } from '../../src/core/rule.ts'

export const rule: RuleDefinition = {
  id: 'basic-auth-url',
  label: 'basic_auth_url',
  title: 'URL with user and password',
  source: 'RFC 3986 section 3.2.1; RFC 7617',
  // behind a host a bracket begins something else, which may be a mark with another URL behind it
  pattern:
    '\\b(?i:https?|ftps?|sftp|ssh|git|svn|wss?|smb)(?:\\+(?i:https?|ssh))?://[^\\s"\'`<>\\\\/?#@]{1,300}@[^\\s"\'`<>\\\\/?#,;|()\\[]{1,300}',
  validator: 'basic-auth-url',
  confidence: 'high',
  samples: {
    find: [
      '"⟦https://apiuser:r3alP4ssw0rd@api.production.com⟧/v2"',
      'この⟦https://user:secret123@example.com⟧は',
      '⟦https://user:secret123@example.com⟧[redacted:EMAIL]⟦https://user:secret123@example.com⟧',
      '[url](⟦ftp://deploy:s3cur3K3y@files.example.com:2121⟧)',
      '⟦https://svc:myC0mpl3xP@ss@service.internal.com⟧',
    ],
    ignore: [
      'https://example.com/a:b@c',
      'https://${username}:${password}@api.example.com/v1',
      'https://username:password@example.com/api',
      'https://user:abc@api.com/v1',
      'https://user:1111@service.com/api',
      'https://admin:YOUR_PASSWORD@api.service.com',
      'ssh://git@example.com:22/x',
      '[redacted:BASIC_AUTH_URL]',
    ],
  },
}
