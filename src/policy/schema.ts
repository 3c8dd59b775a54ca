import * as v from 'valibot'
import { ConfigError } from '../core/errors.ts'
import { REASONS } from '../core/reasons.ts'

/**
 * The policy: this schema is the one source of its types and of policy.schema.json (`npm run build:schema`).
 * Unknown keys are errors everywhere: a typing mistake must not switch something off.
 */
const ActionName = v.picklist(['allow', 'redact', 'mask', 'hash', 'drop', 'block'])
const ConfidenceName = v.picklist(['low', 'medium', 'high'])
const ModeName = v.picklist(['observe', 'enforce'])
const PostureName = v.picklist(['pass', 'block'])
const LateBlock = v.picklist(['redact', 'abort'])
const Count = v.pipe(v.number(), v.integer(), v.minValue(0))
const Kept = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(10))

const MaskOptions = v.strictObject({ keepFirst: v.optional(Kept), keepLast: v.optional(Kept) })
const Empty = v.strictObject({})
const ActionObject = v.strictObject({
  action: v.optional(ActionName),
  mask: v.optional(MaskOptions),
  redact: v.optional(Empty),
  hash: v.optional(Empty),
  drop: v.optional(Empty),
  block: v.optional(Empty),
  mode: v.optional(ModeName),
  minConfidence: v.optional(ConfidenceName),
  numbers: v.optional(v.picklist(['mark', 'zero', 'null'])),
})
const ActionSpec = v.union([ActionName, ActionObject])
const SideSpec = v.record(v.string(), ActionSpec)
const Postures = v.union([PostureName, v.strictObject(Object.fromEntries(REASONS.map((reason) => [reason, v.optional(PostureName)])))])
const OnUninspected = v.strictObject({ request: v.optional(Postures), response: v.optional(Postures) })
const OnLateBlock = v.union([LateBlock, v.strictObject({ request: v.optional(LateBlock), response: v.optional(LateBlock) })])
const LimitsSpec = v.strictObject({
  maxWholeBytes: v.optional(Count),
  maxHeldBytes: v.optional(v.pipe(Count, v.minValue(1024))),
  maxDepth: v.optional(v.pipe(Count, v.minValue(1), v.maxValue(100_000))),
  maxInspectBytes: v.optional(Count),
  maxRatio: v.optional(v.pipe(Count, v.minValue(1))),
  maxCodings: v.optional(v.pipe(Count, v.maxValue(4))),
  maxViewDepth: v.optional(v.pipe(Count, v.maxValue(16))),
  maxViewBytes: v.optional(Count),
  maxSteps: v.optional(Count),
  maxPoolBytes: v.optional(Count),
})
const Match = v.strictObject({
  methods: v.optional(v.array(v.string())),
  hosts: v.optional(v.array(v.string())),
  path: v.optional(v.union([v.string(), v.array(v.string())])),
  contentTypes: v.optional(v.array(v.string())),
})
const RouteSpec = v.strictObject({
  name: v.optional(v.string()),
  match: Match,
  mode: v.optional(ModeName),
  minConfidence: v.optional(ConfidenceName),
  skip: v.optional(v.union([v.boolean(), v.picklist(['request', 'response'])])),
  request: v.optional(SideSpec),
  response: v.optional(SideSpec),
  onUninspected: v.optional(OnUninspected),
  onLateBlock: v.optional(OnLateBlock),
})

export const PolicySchema = v.strictObject({
  $schema: v.optional(v.string()),
  version: v.optional(v.string()),
  mode: v.optional(ModeName),
  minConfidence: v.optional(ConfidenceName),
  request: v.optional(SideSpec),
  response: v.optional(SideSpec),
  routes: v.optional(v.array(RouteSpec)),
  onUninspected: v.optional(OnUninspected),
  onLateBlock: v.optional(OnLateBlock),
  limits: v.optional(LimitsSpec),
})

export type Policy = v.InferInput<typeof PolicySchema>
export type Route = v.InferInput<typeof RouteSpec>
export type SideRules = v.InferInput<typeof SideSpec>
export type ActionValue = v.InferInput<typeof ActionSpec>
export type UninspectedSpec = v.InferInput<typeof OnUninspected>
export type LateBlockSpec = v.InferInput<typeof OnLateBlock>

/**
 * Checks a policy and answers it, typed. A policy without `mode` observes.
 * @throws ConfigError whose `option` is the path of the mistake (`policy.request.payment.mask.keepLast`)
 *
 * @example
 * const policy = definePolicy({ mode: 'enforce', request: { credentials: 'block' }, response: { '*': 'redact' } })
 */
export function definePolicy(policy: Policy): Policy {
  const result = v.safeParse(PolicySchema, policy)
  if (!result.success) throw explain(result.issues)
  return result.output as Policy
}

/** Reads a policy from JSON text. @throws ConfigError */
export function parsePolicy(text: string): Policy {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ConfigError('bad-policy', 'policy', 'is not JSON')
  }
  return definePolicy(value as Policy)
}

type Issues = [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]

/** The deepest issue says most: a union's branches report below it. */
function explain(issues: Issues): ConfigError {
  const deepest = flatten(issues).sort((a, b) => (b.path?.length ?? 0) - (a.path?.length ?? 0))[0]
  const path = ['policy', ...(deepest.path ?? []).map((item) => String(item.key))].join('.')
  if (deepest.type === 'strict_object' && deepest.expected === 'never') return new ConfigError('unknown-key', path, 'there is no such key')
  const what = deepest.expected === null || deepest.expected === undefined ? deepest.message : `${deepest.expected} is expected`
  return new ConfigError('bad-policy', path, what)
}

function flatten(issues: readonly v.BaseIssue<unknown>[], base: readonly v.IssuePathItem[] = []): v.BaseIssue<unknown>[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...(issue.path ?? [])]
    const own = { ...issue, path: path.length > 0 ? (path as [v.IssuePathItem, ...v.IssuePathItem[]]) : undefined }
    return issue.issues === undefined ? [own] : [own, ...flatten(issue.issues, path)]
  })
}
