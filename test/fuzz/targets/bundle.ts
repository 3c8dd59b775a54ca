import { ConfigError } from '../../../src/core/errors.ts'
import { openPolicyText } from '../../../src/policy/bundle.ts'
import { holds, same, size, type Target } from '../target.ts'

export const bundle: Target = {
  name: 'bundle',
  about: 'policies and bundles as a store holds them: a policy, or an error that names the option and no text of theirs',
  maxBytes: 240,
  seeds: [
    '{"mode":"enforce","request":{"*":"redact"}}',
    '{"schema":"edge-dlp/bundle/1","version":7,"issuedAt":"2026-11-28T20:00:00Z","policy":{"request":{"payment":"mask"}},"kill":false}',
    '{"request":{"payment/credit-card":{"mask":{"keepLast":4}}},"routes":[{"name":"a","match":{"path":"/a*"},"skip":true}]}',
    'edge-dlp/bundle/1 hmac=AAAA\n{}',
    '{"limits":{"maxDepth":8},"onUninspected":{"request":"pass"}}',
    '{"suppressions":[{"rule":"payment","path":"/a","reason":"x","expires":"2027-01-01"}],"enforcePercent":5}',
    '{"places":{"url":"inspect","headers":"refuse"}}',
    '[]',
    'null',
  ],
  words: [
    '"mode":',
    '"enforce"',
    '"observe"',
    '"request":',
    '"response":',
    '"*":',
    '"redact"',
    '"mask"',
    '"block"',
    '"hash"',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '"routes":[',
    '"match":',
    '"path":',
    '"limits":',
    '"maxDepth":',
    '1e309',
    '-1',
    '0',
    'null',
    'true',
    '"schema":"edge-dlp/bundle/1"',
    '"version":',
    '"policy":',
    '"kill":',
    '"__proto__":',
    '"constructor":',
    '"issuedAt":',
    '"2026-11-28T20:00:00Z"',
    'edge-dlp/bundle/1 ',
    'ed25519=',
    '\n',
    '\\u0000',
    '"suppressions":[',
    '"minConfidence":',
    '"low"',
  ],
  async check(input) {
    const text = Buffer.from(input).toString()
    const open = async () => {
      try {
        const { policy, bundle } = await openPolicyText(text, undefined, undefined)
        return `policy ${JSON.stringify(policy)} ${bundle?.version ?? ''}`
      } catch (error) {
        holds(`throws ${error}`, error instanceof ConfigError)
        return `${(error as ConfigError).code} ${(error as Error).message}`
      }
    }
    const told = await open()
    same('the same twice', await open(), told)
    holds('Object.prototype is as it was', ({} as { mode?: string }).mode === undefined)
    holds('a long message', told.startsWith('policy') || told.length < 2000)
    const words = told.startsWith('policy')
      ? told.match(/"[a-zA-Z]+":/g)
      : [told.split(' ')[0], ...(told.match(/ (?:must|is|there|has|may|selects|names)[a-z ]{0,24}/g) ?? [])]
    return [...(words ?? []).slice(0, 12), size(told.length)]
  },
}
