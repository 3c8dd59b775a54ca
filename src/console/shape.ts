import type { Confidence, Mode, Side } from '../core/words.ts'
import type { Policy } from '../policy/schema.ts'
import type { DlpEvent } from '../telemetry/events.ts'
import type { Claims } from '../telemetry/sink.ts'

/**
 * A message as the console keeps it: a shape, no value. Of what a sender wrote nothing is kept but words that are listed here or that the
 * operator wrote into a policy; whatever else stood there is `*`.
 */
export interface Shape {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly time: number
  readonly side: Side
  readonly method: string
  readonly host: string
  /** `/orders/*` */
  readonly path: string
  /** Content type, where it is one of the usual ones; else ''. */
  readonly type: string
  readonly route: string
  readonly policy: string
  readonly mode: Mode
  readonly decision: DlpEvent['decision']
  readonly status: number
  readonly findings: readonly ShapeFinding[]
  readonly findingCount: number
  readonly edits: number
  readonly bytesIn: number
  readonly inspected: number
  readonly notInspected: Readonly<Record<string, number>>
  readonly reason?: string
}

export interface ShapeFinding {
  readonly rule: string
  readonly action: string
  readonly confidence: Confidence
  readonly enforced: boolean
  readonly count: number
  /** Left alone, as the policy says of its place. */
  readonly suppressed?: true
}

/** Path segments that name a kind of thing and no single one. */
const WORDS = new Set(
  `account accounts activate admin agents api apps articles assets auth avatar avatars batch beta billing books callback cart carts
  cases catalog categories charge charges chat checkout claims clients comments companies completions config consent contact contacts
  content conversations coupons customer customers data debug delete deliveries devices docs documents download downloads email emails
  embeddings employees error errors event events export exports feed feedback files find forms graphql groups health healthz history home
  hooks images import imports inbox index info inventory invoice invoices issues items jobs keys leads list live locations login logout
  logs me media members menu messages metrics models news notes notifications oauth oauth2 offers openai order orders organizations orgs
  page pages partners password patients pay payments payouts people ping plans posts preferences prices private products profile profiles
  projects prompts public purchases query queue quotes rates ready receipts records refunds register reports reservations reset responses
  rest results returns reviews robots roles rooms rpc rules sales schedule search secrets service services session sessions settings share
  shipments shipping shop sign-in sign-up signin signup sitemap sites status stock store stores stream subscribe subscriptions suggest
  support sync tags tasks teams test threads tickets token tokens tools track tracking transactions transfers trips update upload uploads
  user users v1 v2 v3 v4 v5 validate verify version versions videos wallet webhook webhooks whoami widgets workspaces`.split(
    /\s+/,
  ),
)

/** True for a segment that every shape keeps. */
export const isCommonWord = (segment: string): boolean => WORDS.has(segment)

const TYPES = new Set(
  `application/json application/x-ndjson application/problem+json application/vnd.api+json application/ld+json application/graphql
  application/x-www-form-urlencoded multipart/form-data application/xml text/xml application/soap+xml text/html text/csv text/plain
  text/event-stream text/css text/javascript application/javascript application/octet-stream application/pdf application/zip
  application/gzip image/png image/jpeg image/gif image/webp image/svg+xml font/woff2 video/mp4 audio/mpeg application/wasm
  application/grpc application/x-protobuf`.split(/\s+/),
)

const MAX_SEGMENTS = 8

/** What the operator's own policy names: no value of a message, wherever it stands. */
export interface KnownWords {
  readonly segments: ReadonlySet<string>
  readonly hosts: ReadonlySet<string>
}

export function wordsOfPolicy(policy: Policy | undefined): KnownWords {
  const matches = (policy?.routes ?? []).map(({ match }) => match)
  const parts = matches.flatMap(({ path = [] }) => path).flatMap((pattern) => pattern.split('/'))
  return {
    segments: new Set(parts.map((part) => part.replace(/\*$/, '')).filter((part) => /^[\w.-]{1,64}$/.test(part))),
    hosts: new Set(matches.flatMap(({ hosts = [] }) => hosts).map((host) => host.toLowerCase())),
  }
}

/** The path with every segment that is neither listed nor `known` (the operator's own) as `*`; the query stays out. */
export function pathShape(path: string, known: ReadonlySet<string>): string {
  const segments = path.split(/[?#]/, 1)[0].split('/').slice(1)
  const shaped = segments.slice(0, MAX_SEGMENTS).map((part) => (part === '' || WORDS.has(part) || known.has(part) ? part : '*'))
  if (segments.length > MAX_SEGMENTS) shaped.push('*')
  return `/${shaped.join('/')}`
}

/** The event of a message, and of what it claims of itself the shape. Built field by field. */
export function shapeOf(event: DlpEvent, claims: Claims | undefined, known: KnownWords): Shape {
  const host = claims?.host.toLowerCase() ?? ''
  return {
    id: /^[0-9a-f-]{1,64}$/i.test(event.id) ? event.id : '',
    time: event.time,
    side: event.side,
    method: event.method,
    host: known.hosts.has(host) || LOCAL.has(host) ? host : '*',
    path: pathShape(claims?.path ?? '/', known.segments),
    type: TYPES.has(claims?.contentType ?? '') ? claims!.contentType : '',
    route: event.route,
    policy: event.policy,
    mode: event.mode,
    decision: event.decision,
    status: event.status,
    findings: event.findings.map(({ rule, action, confidence, enforced, count, suppressed }) => ({
      rule,
      action,
      confidence: confidence as Confidence,
      enforced,
      count,
      ...(suppressed ? { suppressed } : {}),
    })),
    findingCount: event.findingCount,
    edits: event.edits,
    bytesIn: event.receipt.bytesIn,
    inspected: event.receipt.inspected,
    notInspected: { ...event.receipt.notInspected },
    ...(event.reason === undefined ? {} : { reason: event.reason }),
  }
}

const LOCAL = new Set(['localhost', '127.0.0.1'])
