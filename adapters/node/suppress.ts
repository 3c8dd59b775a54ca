import { writeFileSync } from 'node:fs'
import { timeOf } from '../../src/core/time.ts'
import { BUNDLE_SCHEMA, type OpenedText, openPolicyText } from '../../src/policy/bundle.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
import type { SuppressionInput } from '../../src/policy/shape.ts'
import { parseBundleKeys, type SubtlePower } from '../../src/policy/signature.ts'
import { bundlePayload, keyText, readText, signed, tryOut } from './bundle.ts'
import { parse, UsageError } from './options.ts'
import { timeOrSpan } from './times.ts'

const OPTIONS = {
  rule: { type: 'string' },
  route: { type: 'string' },
  side: { type: 'string' },
  path: { type: 'string' },
  place: { type: 'string' },
  reason: { type: 'string' },
  expires: { type: 'string' },
  key: { type: 'string' },
  list: { type: 'boolean' },
} as const

/** `edge-dlp suppress`: adds a suppression to a policy or bundle, in its file, or lists those that are in it. */
export async function suppressCommand(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS)
  if (positionals.length !== 1) throw new UsageError('suppress takes one FILE: a policy, or a bundle')
  const [file] = positionals
  const text = readText(file)
  const isSigned = text.startsWith(`${BUNDLE_SCHEMA} `)
  const opened = isSigned
    ? await openPolicyText(
        text,
        parseBundleKeys(keyText(undefined, 'POLICY_KEY'), 'POLICY_KEY'),
        crypto.subtle as unknown as SubtlePower,
      )
    : await openPolicyText(text, undefined, undefined)
  if (values.list) return list(opened.policy)
  const { rule, reason, expires } = values
  if (rule === undefined || reason === undefined || expires === undefined)
    throw new UsageError('--rule, --reason and --expires are needed, and one of --route, --path and --place')
  const one = {
    rule,
    route: values.route,
    side: values.side as SuppressionInput['side'],
    path: values.path,
    place: values.place,
    reason,
    expires: timeOrSpan(expires, '--expires'),
  }
  if (timeOf(one.expires)! <= Date.now()) throw new UsageError('--expires: is over')
  const policy = definePolicy<string>({ ...opened.policy, suppressions: [...(opened.policy.suppressions ?? []), one] })
  await tryOut(policy)
  writeFileSync(file, await textOf(opened, policy, isSigned ? keyText(values.key, 'EDGE_DLP_SIGNING_KEY') : undefined))
  return 0
}

/** What the file holds from now on: of its kind, a bundle with a new version. */
async function textOf({ bundle }: OpenedText, policy: Policy, keys: string | undefined): Promise<string> {
  if (bundle === undefined) return `${JSON.stringify(policy, undefined, 2)}\n`
  const { version, notAfter, kill } = bundle
  const payload = bundlePayload(policy, {
    version: Math.max(version + 1, Math.floor(Date.now() / 1000)),
    notAfter: notAfter === undefined ? undefined : new Date(notAfter).toISOString(),
    kill,
  })
  return keys === undefined ? payload : await signed(payload, keys)
}

/** Exit 1 when one has expired: its findings count again, and it is only in the way. */
function list({ suppressions = [] }: Policy): number {
  let expired = 0
  for (const { rule, route, side, path, place, reason, expires } of suppressions) {
    const over = timeOf(expires)! <= Date.now()
    if (over) expired++
    const where = [route && `route ${route}`, side, path !== undefined && `path ${path || '(all of a text)'}`, place]
    process.stdout.write(`${over ? 'EXPIRED' : 'until'} ${expires}  ${[rule, ...where].filter(Boolean).join(', ')}: ${reason}\n`)
  }
  if (suppressions.length === 0) process.stdout.write('no suppressions\n')
  return expired > 0 ? 1 : 0
}
