// Turns a short description of a message into a case as test/support/messages.ts reads it. The expectation is worked out here from
// the marked spans, the policy's table and the contract (docs/design.md); whatever is special is given by hand in the description.
import { createHash } from 'node:crypto'
import { CODINGS } from './encodings.mjs'
import { render } from './parts.mjs'
import { actOf, POLICIES } from './policies.mjs'

/** A small generator (mulberry32), seeded by the case's id. */
function random(seed) {
  let a = createHash('sha256').update(seed).digest().readUInt32LE(0)
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** Text that looks like a live credential does not stand in the files as such: push protections read them. */
const SECRET_LIKE = /PRIVATE KEY|eyJ|AKIA|ASIA|ABIA|ACCA|gh[oprsu]_|xox[a-z]|xapp|sk_(?:live|test)|:\/\/[^/\s"]*:[^/\s"]*@/

const textOr64 = (name, bytes, text) =>
  text !== undefined && !SECRET_LIKE.test(text) ? { [`${name}Text`]: text } : { [`${name}Base64`]: bytes.toString('base64') }

/** Types that have a reader of their own, text/plain included. */
const OWN_READER =
  /^(?:text\/(?:plain|html|csv|xml|tab-separated-values)|application\/(?:json|xml|x-www-form-urlencoded)|multipart\/[a-z-]+|[^;]*\+(?:json|xml))\b/

/**
 * spec: id, note, policy, direction, url, type; the body as `parts` (marked text) or `bytes`; and, where it matters: origin, method,
 * status, coding, headers, requestHeaders, length (a true Content-Length instead of chunks), bodiless, observed, expectHeaders,
 * expect (members of the expectation), receipt and event (members of those; null leaves them unchecked), fastly.
 */
export function makeCase(spec) {
  const { id, note, origin = 'hand', policy, direction, url, type, status = 200 } = spec
  if (POLICIES[policy] === undefined) throw new Error(`${id}: no policy ${policy}`)
  const observed = spec.observed ?? POLICIES[policy].mode === 'observe'
  const { body, content, upTo, found } = render(spec.parts ?? [], actOf(policy, direction))
  const decoded = spec.bytes ?? Buffer.from(body)
  const [token, code] = CODINGS[spec.coding] ?? []
  const wire = code === undefined ? decoded : code(decoded)
  const special = spec.expect ?? {}
  const blocks = found.some((edit) => edit.action === 'block')
  const decision = special.decision ?? (found.length === 0 ? 'clean' : observed ? 'found' : blocks ? 'blocked' : 'edited')
  const refused = decision === 'blocked' && (spec.bytes !== undefined || special.status !== undefined)

  const headers = [
    ...(type === undefined ? [] : [['content-type', type]]),
    ...(token === undefined ? [] : [['content-encoding', token]]),
    ...(spec.headers ?? []),
    ...(spec.length ? [['content-length', String(wire.length)]] : []),
  ]
  const sent = spec.bodiless ? {} : textOr64('body', wire, code === undefined && spec.bytes === undefined ? body : undefined)
  const client = [
    ['user-agent', 'recorded-client/1.0'],
    ['accept', '*/*'],
  ]
  const request =
    direction === 'request'
      ? { method: spec.method ?? 'POST', url, headers: [...client, ...headers], ...sent }
      : {
          method: spec.method ?? 'GET',
          url,
          headers: [...client, ['accept-encoding', 'gzip, deflate, br'], ...(spec.requestHeaders ?? [])],
        }
  const response =
    direction === 'response'
      ? { status, headers, ...sent }
      : { status: 200, headers: [['content-type', 'text/plain']], bodyText: 'ok' }

  const quiet = decision === 'clean' || decision === 'not-inspected'
  const expect = {
    decision,
    ...(decision === 'blocked' ? { status: direction === 'request' ? 403 : 502, reason: 'finding' } : {}),
    ...(decision === 'edited' ? textOr64('content', Buffer.from(content), content) : {}),
    ...(decision === 'aborted' ? textOr64('content', Buffer.from(upTo), upTo) : {}),
    ...(quiet || decision === 'found' ? { unchanged: true } : {}),
    edits: quiet || refused ? [] : found,
    ...(spec.expectHeaders === undefined ? {} : { headers: spec.expectHeaders }),
    ...special,
  }
  const receipt = { bytesIn: decoded.length, inspected: decoded.length, notInspected: {}, remarks: defaultRemarks(type, spec) }
  if (spec.receipt !== null && (spec.receipt !== undefined || (decision !== 'aborted' && !refused)))
    expect.receipt = { ...receipt, ...spec.receipt }
  if (spec.event !== null)
    expect.event = { decision, ...(refused ? {} : { findings: quiet ? [] : countFindings(found) }), ...spec.event }
  const cuts = spec.bodiless ? [[], [], []] : chunkings(id, wire, code === undefined ? found : [])
  return {
    id,
    note,
    origin,
    policy,
    direction,
    request,
    response,
    chunkings: cuts,
    expect,
    ...(spec.fastly === undefined ? {} : { fastly: spec.fastly }),
  }
}

function countFindings(found) {
  const counts = new Map()
  for (const { rule, action } of found) counts.set(`${rule}|${action}`, (counts.get(`${rule}|${action}`) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => ({ rule: key.split('|')[0], action: key.split('|')[1], count }))
}

function defaultRemarks(type, { bodiless }) {
  if (bodiless) return []
  if (type === undefined) return ['read-as: text', 'untyped']
  return OWN_READER.test(type) ? [] : ['read-as: text']
}

/** Whole; cut before, in and after values (anywhere, where there are none); and in small steps. */
function chunkings(id, wire, found) {
  const below = random(id)
  const cuts = new Set()
  for (const { start, end } of found.slice(0, 12)) {
    cuts.add(start)
    cuts.add(start + 1 + below(Math.max(1, end - start - 1)))
    cuts.add(end)
  }
  for (let tries = 0; tries < 20 && cuts.size < 6; tries++) cuts.add(1 + below(Math.max(1, wire.length - 1)))
  const inside = [...cuts].filter((cut) => cut > 0 && cut < wire.length).sort((a, b) => a - b)
  const step = wire.length <= 300 ? 1 : wire.length <= 3000 ? 5 + below(8) : 61 + Math.ceil(wire.length / 100)
  return [[], inside, { every: step }]
}
