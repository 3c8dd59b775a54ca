import * as v from 'valibot'
import { REASONS } from '../core/reasons.ts'
import { timeOf } from '../core/time.ts'
import { badPathPattern } from './path-pattern.ts'

/**
 * The shape of a policy: the one source of its types (`PolicyInput`, `Policy`) and of `policy.schema.json`.
 * What a single value may be stands here; what needs the rule catalogue (does the selector match a rule, PCI limits of
 * payment rules) is checked by `compilePolicy`. Unknown keys are errors everywhere.
 */

/** A mask shows at most this many characters of a value (docs/design.md, promise 6). */
export const MAX_KEPT = 10
const MAX_ROUTES = 256
const MAX_LIST = 256
const MAX_SUPPRESSIONS = 1024

export const ACTIONS = ['allow', 'redact', 'mask', 'hash', 'drop', 'block'] as const

const action = v.picklist(ACTIONS)
const mode = v.picklist(['observe', 'enforce'])
const confidence = v.picklist(['low', 'medium', 'high'])
const posture = v.picklist(['pass', 'block'])
const lateBlock = v.picklist(['redact', 'abort'])
const numbers = v.picklist(['mark', 'zero', 'null'])

const count = (least: number, most: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most))
const bytes = (least: number) => count(least, 2 ** 40)

const empty = v.optional(v.strictObject({}))
const kept = v.optional(count(0, MAX_KEPT))

/** True when at most MAX_KEPT characters stay. */
export const keepsLittle = (mask: { keepFirst?: number; keepLast?: number }) =>
  (mask.keepFirst ?? 0) + (mask.keepLast ?? 0) <= MAX_KEPT
/** True when exactly one action is named, by `action`, by its own key, or by both alike. */
export const namesOneAction = (spec: { action?: (typeof ACTIONS)[number] }) => {
  const named: (string | undefined)[] = ACTIONS.filter((key) => Object.hasOwn(spec, key))
  return spec.action === undefined ? named.length === 1 : named.length === 0 || (named.length === 1 && named[0] === spec.action)
}

const actionObject = v.pipe(
  v.strictObject({
    action: v.optional(action),
    allow: empty,
    redact: empty,
    mask: v.optional(
      v.pipe(
        v.strictObject({ keepFirst: kept, keepLast: kept }),
        v.check(keepsLittle, `keepFirst and keepLast may together keep at most ${MAX_KEPT} characters.`),
      ),
    ),
    hash: empty,
    drop: empty,
    block: empty,
    mode: v.optional(mode),
    minConfidence: v.optional(confidence),
    numbers: v.optional(numbers),
  }),
  v.check(namesOneAction, `name exactly one action (${ACTIONS.join(', ')}), as in { "mask": { "keepLast": 4 } }.`),
)

const actionSpec = v.union([action, actionObject])

const selector = v.pipe(
  v.string(),
  v.regex(
    /^(?:\*|[\w-]{1,64}(?:\/[\w-]{1,64}){0,7})$/,
    'a selector is "*" or a path in the rule tree, such as "payment", "identity/us" or "credentials/github-token".',
  ),
)

/** Selector → what to do. A selector is `*` or a path in the rule tree; the most specific one wins. */
const side = v.pipe(
  v.record(selector, actionSpec),
  v.description(
    'Selector (`*`, a group such as `payment` or `identity/us`, or `group/id`) → action. The most specific selector wins.',
  ),
)

/** `skipped-by-policy` is left out: a route that skips has decided. */
export const DECIDED_REASONS = REASONS.filter((reason) => reason !== 'skipped-by-policy')
type DecidedReason = Exclude<(typeof REASONS)[number], 'skipped-by-policy'>
const posturePerReason = v.strictObject(
  Object.fromEntries(DECIDED_REASONS.map((reason) => [reason, v.optional(posture)])) as Record<
    DecidedReason,
    v.OptionalSchema<typeof posture, undefined>
  >,
)
const postures = v.union([posture, posturePerReason])
const onUninspected = v.pipe(
  v.strictObject({ request: v.optional(postures), response: v.optional(postures) }),
  v.description(
    'What is done with bytes that could not be inspected, per side: one answer for every reason, or an answer per reason.',
  ),
)
const onLateBlock = v.pipe(
  v.union([lateBlock, v.strictObject({ request: v.optional(lateBlock), response: v.optional(lateBlock) })]),
  v.description(
    'What a rule that blocks does when part of the message has already left: redact (default), or abort the message.',
  ),
)

const places = v.pipe(
  v.strictObject({
    url: v.optional(v.picklist(['off', 'inspect', 'refuse'])),
    headers: v.optional(v.picklist(['off', 'inspect'])),
  }),
  v.description(
    'Inspection beside the body, off by default. `url` (requests): `inspect` edits path and query as the rules say, `refuse` answers 400 to a request with a finding there. `headers`: all but those that frame, route or name the message.',
  ),
)

const list = (entry: v.GenericSchema<string>) => v.pipe(v.array(entry), v.minLength(1), v.maxLength(MAX_LIST))
const method = v.pipe(v.string(), v.regex(/^[A-Za-z]{1,32}$/, 'a method is a word such as "POST".'))
const host = v.pipe(
  v.string(),
  v.maxLength(253),
  v.regex(
    /^(?:\*\.)?[A-Za-z0-9_.[\]:-]+$/,
    'a host is a name without port, such as "api.example.com", or "*.example.com" for every name below it.',
  ),
)
const path = v.pipe(
  v.string(),
  v.maxLength(256),
  v.check(
    (text) => badPathPattern(text) === undefined,
    'a path pattern starts with "/" or "*"; "*" stands for any run of characters, ":name" for one whole segment.',
  ),
)
const contentType = v.pipe(
  v.string(),
  v.maxLength(128),
  v.regex(
    /^(?:\*\/\*|[\w.!#$&^+-]+\/(?:\*(?:\+[\w.-]+)?|[\w.!#$&^+-]+))$/,
    'a content type is "type/subtype" without parameters; "text/*" and "application/*+json" stand for many.',
  ),
)
const routeName = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name has letters, digits, ".", "_" and "-", at most 64.'),
)

const percent = v.pipe(
  v.number(),
  v.minValue(0),
  v.maxValue(100),
  v.description(
    'Of what is to be enforced, how many of 100 exchanges are; the others observe. Default 100. An exchange is in when its id (`id` of its events), by FNV-1a of 32 bits modulo 10,000, is below this times 100: so whoever is in stays in while it grows.',
  ),
)

const route = v.strictObject({
  name: v.optional(v.pipe(routeName, v.description('Told in events. Default `route-0` and so on, by place.'))),
  match: v.pipe(
    v.strictObject({
      methods: v.optional(v.pipe(list(method), v.description('Of the request: `POST`.'))),
      hosts: v.optional(v.pipe(list(host), v.description('Names without port; `*.example.com` is every name below it.'))),
      path: v.optional(
        v.pipe(v.union([path, list(path)]), v.description('`*` stands for any run of characters, `:name` for one segment.')),
      ),
      contentTypes: v.optional(
        v.pipe(list(contentType), v.description('`text/*`, `application/*+json`; of the side in question.')),
      ),
      side: v.optional(v.pipe(v.picklist(['request', 'response']), v.description('Only this way.'))),
    }),
    v.description(
      'All conditions that are named must hold; a list holds when one of its entries does. The first matching route is used.',
    ),
  ),
  mode: v.optional(mode),
  enforcePercent: v.optional(percent),
  minConfidence: v.optional(confidence),
  skip: v.optional(
    v.pipe(
      v.union([v.boolean(), v.picklist(['request', 'response'])]),
      v.description('Inspects nothing, both ways or one: counted as `skipped-by-policy`.'),
    ),
  ),
  request: v.optional(side),
  response: v.optional(side),
  numbers: v.optional(numbers),
  onUninspected: v.optional(onUninspected),
  onLateBlock: v.optional(onLateBlock),
  places: v.optional(places),
})

/** True when something narrows it: a rule that is switched off everywhere is one whose action is `allow`. */
export const isNarrowed = (suppression: { route?: string; path?: string; place?: string }) =>
  suppression.route !== undefined || suppression.path !== undefined || suppression.place !== undefined

const suppressionObject = v.strictObject({
  rule: v.pipe(selector, v.description('Whose findings; a selector.')),
  route: v.optional(v.pipe(routeName, v.description('Only on this route.'))),
  side: v.optional(v.picklist(['request', 'response'])),
  path: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(512),
      v.regex(
        /^(?:\/[^/]*)*$/,
        'a path is that of findings, such as "/orders/*/id": "*" stands for one name, "**" for any number of them.',
      ),
      v.description(
        'Only here in the body, as findings tell it: `/orders/3/id`. `*` stands for one name or index, `**` for any number of them.',
      ),
    ),
  ),
  place: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(?:body|url|header [a-z][a-z-]{0,40})$/, 'a place is "body", "url" or "header NAME" in lower case.'),
      v.description('Only in the body, in the URL, or in one header.'),
    ),
  ),
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(256), v.description('Why it is no leak, for those who come later.')),
  expires: v.pipe(
    v.string(),
    v.check((text) => timeOf(text) !== undefined, 'a time is "2026-12-31" or "2026-12-31T12:00:00Z".'),
    v.description('From then on findings count again: `2026-12-31`, or a time in UTC.'),
  ),
})

const suppression = v.pipe(
  suppressionObject,
  v.check<v.InferOutput<typeof suppressionObject>, string>(
    isNarrowed,
    'at least one of route, path and place is needed; for a rule that is off everywhere there is the action "allow".',
  ),
)

const breakerSide = v.union([
  v.literal('off'),
  v.strictObject({
    percent: v.optional(v.pipe(v.number(), v.minValue(1), v.maxValue(100), v.description('Default 20.'))),
    minMessages: v.optional(v.pipe(count(1, 1_000_000), v.description('Default 50.'))),
    windowSeconds: v.optional(v.pipe(count(1, 3_600), v.description('Default 60.'))),
    holdSeconds: v.optional(v.pipe(count(1, 86_400), v.description('Default 600.'))),
  }),
])
const breaker = v.pipe(
  v.strictObject({ request: v.optional(breakerSide), response: v.optional(breakerSide) }),
  v.description(
    'When a rule blocks more than `percent` of at least `minMessages` messages of a route within `windowSeconds`, its block is redact for `holdSeconds`, so that planted text does not take pages down. Per isolate. On for responses; off for requests, whose sender would only block itself, and could ask for it.',
  ),
)

const limit = (schema: ReturnType<typeof count>, what: string) => v.optional(v.pipe(schema, v.description(what)))
const limits = v.pipe(
  v.strictObject({
    maxWholeBytes: limit(bytes(0), 'A message of up to so many decoded bytes is taken whole before its head leaves.'),
    maxHeldBytes: limit(count(1 << 10, 16 << 20), 'What one possible value may hold back before it is edited as if it were one.'),
    maxDepth: limit(count(1, 100_000), 'Nesting of a document; deeper is `depth-limit`.'),
    maxInspectBytes: limit(bytes(0), 'Decoded bytes inspected of a message; the rest is `size-limit`.'),
    maxRatio: limit(count(1, 1_000_000), 'Decoded bytes for one encoded, after the first 64 KiB; more is `decode-limit`.'),
    maxCodings: limit(count(0, 8), 'Content codings on one another.'),
    maxViewDepth: limit(count(0, 16), 'Encodings inside encodings: JSON in a string, base64 in it.'),
    maxViewBytes: limit(bytes(0), 'Decoded bytes of such encodings in a message.'),
    maxSteps: limit(bytes(0), 'Steps of the scanner in a message; more is `step-limit`.'),
    maxPoolBytes: limit(
      bytes(0),
      'Messages taken whole in one isolate at once; what finds no room streams, or is answered 503 where a rule may block it.',
    ),
  }),
  v.description(
    'Limits of inspection, in bytes unless the name says otherwise. 0 means unlimited for maxInspectBytes and maxSteps, and "always stream" for maxWholeBytes.',
  ),
)

export const policySchema = v.pipe(
  v.strictObject({
    $schema: v.optional(v.string()),
    version: v.optional(v.pipe(v.string(), v.maxLength(128), v.description('A name of your own for this version.'))),
    mode: v.optional(
      v.pipe(
        mode,
        v.description(
          '`observe` (default) changes nothing and records; `enforce` acts. A route or a single rule may say otherwise.',
        ),
      ),
    ),
    enforcePercent: v.optional(percent),
    minConfidence: v.optional(v.pipe(confidence, v.description('Findings below it are ignored. Default `medium`.'))),
    request: v.optional(side),
    response: v.optional(side),
    numbers: v.optional(
      v.pipe(numbers, v.description('What replaces a JSON number that is edited: a string mark (default), 0, or null.')),
    ),
    onUninspected: v.optional(onUninspected),
    onLateBlock: v.optional(onLateBlock),
    places: v.optional(places),
    routes: v.optional(
      v.pipe(
        v.array(route),
        v.maxLength(MAX_ROUTES),
        v.description("What differs for some exchanges. What a route does not name is the policy's own."),
      ),
    ),
    suppressions: v.optional(
      v.pipe(
        v.array(suppression),
        v.maxLength(MAX_SUPPRESSIONS),
        v.description('Findings known to be none: left alone, counted and told as suppressed, until they expire.'),
      ),
    ),
    breaker: v.optional(breaker),
    limits: v.optional(limits),
  }),
  v.title('edge-dlp policy'),
)

/** A policy as written. */
export type PolicyInput = v.InferInput<typeof policySchema>
export type SideInput = v.InferInput<typeof side>
export type BreakerInput = v.InferInput<typeof breaker>
export type SuppressionInput = v.InferInput<typeof suppression>
export type RouteInput = v.InferInput<typeof route>
export type ActionSpec = v.InferInput<typeof actionSpec>
export type PosturesInput = v.InferInput<typeof postures>
