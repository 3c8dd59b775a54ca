import type { FindingRecord } from '../core/words.ts'
import { joinParameters } from '../formats/multipart/parameters.ts'
import { spell } from '../formats/multipart/spelling.ts'
import type { Engine } from './engine.ts'
import { Inspector, type InspectorOptions } from './inspector.ts'
import { concat } from './source.ts'

/**
 * The places of a message beside its body: URL and headers. Each value is inspected as the short text it is and edited in place; a
 * URL's path and query are read as a form is, so that an edit is percent-encoded.
 */
export interface Places {
  /** Path and query of the request. */
  target?: string
  readonly headers: Headers
}

/** What was found in them, as an inspection of a body tells it. */
export interface PlacesReport {
  findings: FindingRecord[]
  findingCount: number
  readonly counts: Map<string, number>
  edits: number
  /** Enforced rules that block. */
  blockedBy: string[]
  /** Enforced rules that found something in the URL. */
  readonly inUrl: string[]
}

/**
 * Headers that are not inspected: they frame or route the message, name versions of it, or say who sent it, which is the
 * gateway's own saying. (RFC 9110; forwarding headers of proxies and of the platforms.)
 */
const SKIPPED =
  /^(?:content-(?:length|encoding|range|md5|digest)|transfer-encoding|connection|host|upgrade|te|trailer|date|expires|age|expect|range|accept.*|etag|last-modified|if-.*|digest|repr-digest|vary|server|sec-.*|traceparent|via|forwarded|x-forwarded-(?:for|host|port|proto|scheme|server|ssl)|x-real-ip|true-client-ip|cf-.*|cdn-loop|fastly-.*)$/

type Shared = Omit<InspectorOptions, 'reading'>

/** Inspects and edits `places`; headers are edited in place, and so is `places.target`. */
export async function inspectPlaces(
  places: Places,
  which: { url: boolean; headers: boolean },
  shared: Shared,
): Promise<PlacesReport> {
  const report: PlacesReport = { findings: [], findingCount: 0, counts: new Map(), edits: 0, blockedBy: [], inUrl: [] }
  const { engine } = shared
  if (which.url && places.target !== undefined && targetDeservesLook(engine, places.target)) {
    const from = places.target.indexOf('?')
    const path = from < 0 ? places.target : places.target.slice(0, from)
    const before = report.blockedBy.length
    const found = report.findings.length
    const scrubbed = await scrub(path, 'form', 'url', shared, report)
    places.target =
      from < 0 ? scrubbed : `${scrubbed}?${await scrub(places.target.slice(from + 1), 'form', 'url', shared, report)}`
    report.inUrl.push(...report.blockedBy.slice(before))
    for (const { rule, action, enforced } of report.findings.slice(found)) {
      if (enforced && action !== 'allow' && !report.inUrl.includes(rule)) report.inUrl.push(rule)
    }
  }
  if (which.headers) await scrubHeaders(places.headers, shared, report)
  return report
}

async function scrubHeaders(headers: Headers, shared: Shared, report: PlacesReport): Promise<void> {
  const values: [string, string][] = []
  headers.forEach((value, name) => {
    if (name !== 'set-cookie' && !SKIPPED.test(name)) values.push([name, value])
  })
  const cookies = headers.getSetCookie()
  const all = [...values.map(([, value]) => value), ...cookies].join('\n')
  if (!isSpelled(all) && !deservesLook(shared.engine, all)) return
  for (const [name, value] of values) {
    const place = `header ${tellable(name)}`
    const before = report.findingCount
    const scrubbed = await scrub(value, 'text', place, shared, report)
    if (scrubbed !== value) headers.set(name, scrubbed)
    else if (report.findingCount > before) continue
    if (!isSpelled(scrubbed)) continue
    const words = readWords(joinParameters(scrubbed))
    if (words === scrubbed) continue
    const read = await scrub(words, 'text', place, shared, report)
    if (read !== words) headers.set(name, read)
  }
  const scrubbed: string[] = []
  for (const cookie of cookies) scrubbed.push(await scrub(cookie, 'text', 'header set-cookie', shared, report))
  if (scrubbed.every((cookie, i) => cookie === cookies[i])) return
  headers.delete('set-cookie')
  for (const cookie of scrubbed) headers.append('set-cookie', cookie)
}

/** Are there encoded words (RFC 2047), parameters in pieces (RFC 2231 section 3), or pairs of a quoted string that say nothing (RFC 9110 section 5.6.4)? */
function isSpelled(value: string): boolean {
  return value.includes('=?') || /\*[0-9]|\\[0-9A-Za-z]/.test(value)
}

/** The value as a reader of encoded words (RFC 2047) has it; what could not stand in a header is a blank. */
function readWords(value: string): string {
  if (!value.includes('=?')) return value
  const line = toBytes(value)
  const out: number[] = []
  const put = (bytes: Uint8Array) => {
    for (const byte of bytes) out.push(byte < 0x20 || byte === 0x7f ? 0x20 : byte)
  }
  spell(
    line,
    0,
    line.length,
    { quoted: false, percent: false },
    { run: (from, to) => put(line.subarray(from, to)), decoded: put },
  )
  return fromBytes(Uint8Array.from(out))
}

/** A header's name is chosen by its sender, and may be a value itself. */
function tellable(name: string): string {
  return /^[a-z][a-z-]{0,40}$/.test(name) ? name : '*'
}

/** A plus is a blank in a query; a screen sees it as either. */
function targetDeservesLook(engine: Engine, target: string): boolean {
  return deservesLook(engine, target) || (target.includes('+') && deservesLook(engine, target.replaceAll('+', ' ')))
}

/** One scan of all of it first: the usual message has nothing there. */
function deservesLook(engine: Engine, text: string): boolean {
  if (text === '') return false
  const bytes = toBytes(text)
  const screen = engine.openScreen()
  const { candidates } = screen.feed(bytes, true)
  const found = candidates.length > 0
  engine.closeScreen(screen)
  return found || engine.mayHide(bytes)
}

async function scrub(
  text: string,
  reading: 'text' | 'form',
  place: string,
  shared: Shared,
  report: PlacesReport,
): Promise<string> {
  const bytes = toBytes(text)
  const inspector = new Inspector({ ...shared, reading, place, onBlock: 'hold' })
  inspector.inspectWhole(bytes)
  const pieces = await inspector.take()
  if (inspector.findings === 0) return text
  report.findings.push(...inspector.records.map((record) => ({ ...record, place })))
  report.findingCount += inspector.findings
  report.edits += inspector.edits
  for (const [kind, count] of inspector.counts) report.counts.set(kind, (report.counts.get(kind) ?? 0) + count)
  for (const rule of inspector.blockedBy) if (!report.blockedBy.includes(rule)) report.blockedBy.push(rule)
  return inspector.edited ? fromBytes(concat(pieces)) : text
}

/** Header values and URLs are sequences of bytes, a character each. */
function toBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

function fromBytes(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
