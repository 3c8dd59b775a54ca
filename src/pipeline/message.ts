import type { CodingName, CodingPowers, DecodeFault, Decoder, Encoder } from '../body/coding.ts'
import { readContentEncoding } from '../body/content-encoding.ts'
import { createDecoder } from '../body/decode.ts'
import { createEncoder } from '../body/encode.ts'
import { editForbidden, settleHeaders } from '../body/headers.ts'
import type { Pool } from '../body/pool.ts'
import type { Reason, Receipt } from '../core/reasons.ts'
import { EMPTY } from '../core/wire.ts'
import type { CompiledPolicy, MessageMeta, SidePlan } from '../policy/policy.ts'
import type { DlpOutcome } from '../telemetry/outcome.ts'
import type { Keyer } from '../transform/transform.ts'
import { type Body, type Choice, chooseReading, chooseUnpacked } from './choose-reading.ts'
import type { Engine } from './engine.ts'
import { KernelFailed } from './guarded-kernel.ts'
import { Inspector, overlook } from './inspector.ts'
import { streamOf } from './outflow.ts'
import { packedCoding, unpack } from './packed.ts'
import { inspectPlaces, type PlacesReport } from './places.ts'
import { concat, Source, type StreamPowers } from './source.ts'

/** What the passes of one isolate share. */
export interface PassContext {
  readonly engine: Engine
  readonly keyer?: Keyer
  readonly codings: CodingPowers
  readonly pool: Pool
  readonly streams?: StreamPowers
  /** Hears of each message once, when its last byte has left or it was refused. */
  readonly finished: (outcome: DlpOutcome, meta: MessageMeta) => void
  /** Findings tell why they counted. */
  readonly explain?: boolean
  /** Hears of faults of ours; never of content. */
  readonly onError: (error: unknown) => void
}

export interface Message {
  readonly policy: CompiledPolicy
  readonly meta: MessageMeta
  /** 0 for a request. */
  readonly status: number
  /** A copy of the message's headers; settled in place. */
  readonly headers: Headers
  /** Path and query of a request, for inspection where policy asks for it. */
  readonly target?: string
  readonly body: Body
  /** Reads a body at once that is known to be short, by the platform's own way. */
  readonly readAll?: () => Promise<ArrayBuffer>
  /** The request asks for a connection of another protocol, of which nothing can be inspected. */
  readonly upgrade?: boolean
  /** HEAD, 204, 304: headers speak of a body that is not there. */
  readonly bodiless: boolean
  /**
   * `header`: the Content-Encoding header is true of the bytes. `bytes`: the runtime may have decoded them already, so the bytes
   * are believed, and the message leaves as identity.
   */
  readonly trust: 'header' | 'bytes'
  /**
   * Ends the message at its receiver without a proper end, as its stream's error alone may not; called at most once, before that. With
   * BodyAborted, or with the sender's own error when it was the sender who failed.
   */
  readonly onAbort?: (error: unknown) => void
}

/** Why a message is refused before a byte of it left. */
export interface Refusal {
  readonly status: number
  /** `finding`, or the reason of the closed list for which it could not be inspected, or `pool-empty`. */
  readonly reason: Reason | 'finding' | 'pool-empty'
  /** Ids of the rules that block. */
  readonly rules: readonly string[]
}

export interface Passed {
  readonly headers: Headers
  /** The message's `target`, edited where that was due. */
  readonly target?: string
  readonly body: Body
  readonly refusal?: Refusal
  readonly outcome: DlpOutcome
}

/** Ends the stream of a message that is stopped after bytes of it have left. Holds no content. */
export class BodyAborted extends Error {
  readonly code = 'dlp-aborted'
  readonly reason: Reason | 'finding'
  constructor(reason: Reason | 'finding') {
    super(`edge-dlp ended the message: ${reason}`)
    this.name = 'BodyAborted'
    this.reason = reason
  }
}

const REQUEST_STATUS: Partial<Record<Refusal['reason'], number>> = {
  'coding-unsupported': 415,
  'size-limit': 413,
  'decode-limit': 413,
  'pool-empty': 503,
  'policy-missing': 503,
}

/** Bytes needed to tell a body's kind; a stream is not judged before they are there or it ended. */
const SNIFF_BYTES = 64
/** Encoded bytes given to a decoder at once: bounds what one call can inflate to. */
const DECODE_SLICE = 4096

/** Types that arrive bit by bit for as long as they like: never taken whole. */
const LIVE_TYPES = new Set(['text/event-stream', 'multipart/x-mixed-replace'])

/**
 * Passes one message: reads, inspects, decides, edits, settles the headers. The only place that knows all stages.
 * Never throws on content; a fault of ours is the outcome `internal-error` with its posture. Rejects, with the sender's own error,
 * when the sender fails before anything has left.
 */
export async function passMessage(context: PassContext, message: Message): Promise<Passed> {
  const plan = message.policy.plan(message.meta)
  return new MessagePass(context, message, plan).run()
}

class MessagePass {
  readonly #context: PassContext
  readonly #message: Message
  readonly #plan: SidePlan
  readonly #receipt: Receipt = { bytesIn: 0, inspected: 0, notInspected: {}, remarks: {} }
  readonly #outcome: DlpOutcome
  readonly #source: Source | undefined
  #codings: readonly CodingName[] = []
  #decoder: Decoder | undefined
  #inspector: Inspector | undefined
  /** The body is a gzip or zlib file whose headers do not say so; it is inspected unpacked. */
  #unlabelled: 'gzip' | 'deflate' | undefined
  #pooled = 0
  /** The chunk that was read last, unless it is kept. */
  #chunk: Uint8Array | undefined
  /** Bytes of the body, decoded, that came before anybody knew how it would be read. */
  #arrived = 0
  /** Those bytes as they came, and whether that was all. */
  readonly #kept: Uint8Array[] = []
  #ended = false
  #done = false
  /** The body must not be edited, and passes all the same. */
  #keptAsIs = false
  #target: string | undefined
  #beside: PlacesReport | undefined

  constructor(context: PassContext, message: Message, plan: SidePlan) {
    this.#context = context
    this.#message = message
    this.#plan = plan
    this.#source = message.body === null ? undefined : new Source(message.body, context.streams?.openReader)
    this.#outcome = {
      side: plan.side,
      decision: 'clean',
      mode: plan.mode,
      route: plan.route,
      policyVersion: message.policy.version,
      kernel: context.engine.kernelName,
      method: message.meta.method,
      host: message.meta.host,
      status: message.status,
      findings: [],
      findingCount: 0,
      counts: {},
      edits: 0,
      receipt: this.#receipt,
    }
  }

  async run(): Promise<Passed> {
    const passed = await this.#decide()
    const { refusal } = passed
    if (refusal !== undefined && this.#source !== undefined) {
      // Some servers reset a connection whose request was not read, and the client then never sees why it was refused.
      if (this.#plan.side === 'request') await this.#source.drain()
      void this.#source.cancel(new BodyAborted(refusal.reason === 'pool-empty' ? 'held-limit' : refusal.reason))
    }
    return passed
  }

  async #decide(): Promise<Passed> {
    const { meta, headers } = this.#message
    try {
      const refused = await withSpare(() => this.#inspectPlaces())
      if (refused !== undefined) return refused
      if (this.#message.upgrade) return this.#upgrade()
      if (this.#source === undefined || this.#message.bodiless) return this.#noBody()
      if (!this.#plan.inspect) return this.#passUnread('skipped-by-policy')
      if (this.#plan.mode === 'observe') return this.#observe()
      const coding = readContentEncoding(headers.get('content-encoding'), this.#message.policy.limits.maxCodings)
      if (coding.fault !== undefined) return this.#uninspected(coding.fault)
      this.#codings = coding.codings
      return await this.#enforce(meta)
    } catch (error) {
      if (error instanceof SenderFailed) {
        this.#receipt.bytesIn = this.#arrived
        this.#cut('sender')
        throw error.cause
      }
      this.#context.onError(error)
      this.#forgetReading()
      return this.#uninspected(reasonOf(error), this.#arrived, this.#kept, this.#ended)
    }
  }

  /** URL and headers, where policy asks for them; a refusal when what is there blocks. */
  async #inspectPlaces(): Promise<Passed | undefined> {
    const { inspect, places, mode } = this.#plan
    if (!inspect || (places.url === 'off' && !places.headers)) return undefined
    const { engine, keyer, explain } = this.#context
    const { headers, target, policy } = this.#message
    const beside = { target, headers }
    const which = { url: places.url !== 'off', headers: places.headers }
    const shared = { engine, plan: this.#plan, limits: policy.limits, keyer, onBlock: 'hold', explain } as const
    const report = await inspectPlaces(beside, which, shared)
    this.#target = beside.target
    this.#beside = report
    this.#tell()
    if (mode === 'observe') return undefined
    if (places.url === 'refuse' && report.inUrl.length > 0) return this.#refuse('finding', report.inUrl, 400)
    return report.blockedBy.length > 0 ? this.#refuse('finding', report.blockedBy) : undefined
  }

  /** Refused, or counted: what goes through the connection is not a message any more, so there are no bytes to count. */
  #upgrade(): Passed {
    this.#skip('upgrade', 0)
    if (this.#plan.posture('upgrade') === 'block') return this.#refuse('upgrade')
    this.#outcome.decision = 'not-inspected'
    this.#finish()
    return this.#passed(null)
  }

  #noBody(): Passed {
    this.#settle('no', 0, this.#message.headers.get('content-encoding') ?? '')
    this.#finish()
    return this.#passed(null)
  }

  // A message of an enforced side

  async #enforce(meta: MessageMeta): Promise<Passed> {
    const { limits } = this.#message.policy
    const kept = this.#kept
    const decoded: Uint8Array[] = []
    let keptBytes = 0
    let length = 0
    let fault: DecodeFault | undefined
    let ended = false
    const live = LIVE_TYPES.has(meta.contentType)
    const declared = knownLength(this.#message.headers)
    // A body that says it is too long to be taken whole begins to leave at once.
    const long = declared !== undefined && declared > limits.maxWholeBytes && this.#codings.length === 0
    const whole = live || long ? 0 : limits.maxWholeBytes
    const wanted = Math.max(whole, SNIFF_BYTES)
    let pooled = true
    const { readAll } = this.#message
    if (readAll !== undefined && declared !== undefined && declared <= whole) this.#source!.takeAll(readAll)
    while (!ended && fault === undefined && length <= wanted && (pooled || length < SNIFF_BYTES)) {
      const read = await this.#read()
      const chunk = read && this.#source!.keep(read)
      // Kept, so not to be read into again.
      this.#chunk = undefined
      this.#ended = ended = chunk === undefined || this.#source!.isOver
      if (keptBytes === 0 && this.#message.trust === 'bytes' && this.#codings.length > 0)
        this.#codings = this.#believe(chunk ?? EMPTY)
      if (chunk !== undefined) {
        kept.push(chunk)
        keptBytes += chunk.length
      }
      this.#decoder ??= this.#codings.length === 0 ? undefined : createDecoder(this.#codings, this.#context.codings, limits)
      const before = length
      if (this.#decoder === undefined) {
        if (chunk !== undefined) {
          decoded.push(chunk)
          length += chunk.length
        }
      } else {
        fault = this.#decode(chunk ?? EMPTY, ended, (piece) => {
          decoded.push(piece)
          length += piece.length
        })
      }
      this.#arrived = length
      const drawn = (chunk?.length ?? 0) + (this.#decoder === undefined ? 0 : length - before)
      if (pooled && drawn > 0) {
        pooled = this.#context.pool.take(drawn)
        if (pooled) this.#pooled += drawn
      }
    }
    if (fault !== undefined && this.#message.status === 206) return this.#uninspected('partial', keptBytes, kept)
    if (fault !== undefined) return this.#uninspected(fault === 'malformed' ? 'coding-unsupported' : fault, keptBytes, kept)
    if (!pooled && this.#plan.mayBlock) {
      this.#receipt.bytesIn = length
      return this.#refuse('pool-empty')
    }
    const head = concat(decoded.length > 0 && decoded[0].length >= SNIFF_BYTES ? [decoded[0]] : decoded)
    const choice = chooseReading(this.#message.headers, head, this.#message.status === 206)
    for (const remark of choice.remarks) this.#remark(remark)
    if (ended && length <= whole && this.#message.status !== 206) {
      const unlabelled = this.#unpackUnlabelled(concat(decoded, length))
      if (unlabelled !== undefined) return await this.#takenWhole(unlabelled.document, kept, unlabelled.choice)
    }
    if (choice.reason !== undefined) return this.#uninspected(choice.reason, length, kept, ended)
    if (this.#message.status === 206) return this.#uninspected('partial', length, kept, ended)
    if (ended && length <= whole) return await this.#takenWhole(concat(decoded, length), kept, choice)
    return this.#streamed(decoded, ended, choice, kept)
  }

  /** A text that comes as a gzip or zlib file without saying so: a download, or a sloppy server. Receivers look into it. */
  #unpackUnlabelled(body: Uint8Array): { document: Uint8Array; choice: Choice } | undefined {
    const coding = packedCoding(body)
    if (coding === undefined || this.#codings.length > 0) return undefined
    const { maxRatio, maxWholeBytes } = this.#message.policy.limits
    const document = unpack(body, coding, { maxRatio, maxBytes: maxWholeBytes })
    if (!(document instanceof Uint8Array)) return undefined
    const choice = chooseUnpacked(this.#message.headers.get('content-type'), document)
    if (choice === undefined) return undefined
    this.#unlabelled = coding
    return { document, choice }
  }

  async #takenWhole(body: Uint8Array, kept: Uint8Array[], choice: Choice): Promise<Passed> {
    const { limits } = this.#message.policy
    this.#receipt.bytesIn = body.length
    const limit = limits.maxInspectBytes > 0 ? Math.min(limits.maxInspectBytes, body.length) : body.length
    const inspected = limit === body.length ? body : body.subarray(0, limit)
    const tail = this.#hasTail()
    const read = () => {
      const seen = overlook({ engine: this.#context.engine, ...choice }, inspected)
      // The usual body: there is nothing to tell of it but its length.
      if (seen?.clean && limit === body.length && !tail) return undefined
      const inspector = this.#inspect(choice, 'hold')
      inspector.inspectWhole(inspected, seen)
      return inspector
    }
    const inspector = withSpare(read)
    if (inspector === undefined) {
      this.#receipt.inspected = limit
      return this.#leaveClean(body, kept)
    }
    this.#count(inspector, body.length)
    if (inspector.blockedBy.length > 0) return this.#refuse('finding', inspector.blockedBy)
    const unread = this.#unreadReason()
    if (unread !== undefined) return this.#refuse(unread)
    const pieces = await inspector.take()
    if (!inspector.edited && !tail) return this.#leaveClean(body, kept)
    if (editForbidden(this.#message.headers, this.#plan.side)) {
      this.#remark('edit-forbidden')
      if (this.#plan.posture('edit-forbidden') === 'block') return this.#refuse('edit-forbidden')
      this.#settle('no', undefined, this.#leavingAs(false))
      this.#keptAsIs = true
      if (inspector.edited) this.#outcome.decision = 'found'
      this.#tell(inspector)
      this.#finish()
      return this.#passed(concat(kept))
    }
    if (limit < body.length) pieces.push(body.subarray(limit))
    const encoder = this.#encoder()
    const out =
      encoder === undefined
        ? concat(pieces)
        : concat([...pieces.flatMap((piece) => encoder.push(piece, false)), ...encoder.push(EMPTY, true)])
    this.#settle('yes', out.length, this.#leavingAs(true))
    this.#finish()
    return this.#passed(out)
  }

  /** Bytes behind the end of the coded body, which is then written anew without them. */
  #hasTail(): boolean {
    if (this.#decoder?.hasTail !== true) return false
    this.#remark('malformed')
    return true
  }

  #leaveClean(body: Uint8Array, kept: Uint8Array[]): Passed {
    // An archive that is clean leaves as one that nobody looks into.
    if (this.#unlabelled === undefined) this.#settle('no', undefined, this.#leavingAs(false))
    this.#finish()
    return this.#passed(this.#codings.length > 0 && this.#message.trust === 'bytes' ? body : concat(kept))
  }

  #streamed(decoded: Uint8Array[], ended: boolean, choice: Choice, kept: Uint8Array[]): Passed {
    const { headers } = this.#message
    this.#keptAsIs = editForbidden(headers, this.#plan.side)
    if (this.#keptAsIs) {
      // Nobody can tell yet whether an edit would be due, and then it could not be undone.
      this.#remark('edit-forbidden')
      if (this.#plan.posture('edit-forbidden') === 'block') return this.#refuse('edit-forbidden')
    }
    const late = this.#keptAsIs ? 'abort' : this.#plan.onLateBlock
    const inspector = this.#inspect(choice, late)
    const encoder = this.#keptAsIs ? undefined : this.#encoder()
    /** What leaves of a message that must not be edited: the bytes that came, when they were looked at. */
    const originals = this.#keptAsIs ? [...kept] : []
    this.#settle(this.#keptAsIs ? 'no' : 'maybe', undefined, this.#leavingAs(!this.#keptAsIs))
    const queue = decoded
    let last = ended
    let inspected = 0
    const limit = this.#message.policy.limits.maxInspectBytes
    const encode = (pieces: Uint8Array[], end: boolean) => {
      if (encoder === undefined) return pieces
      const out = pieces.flatMap((piece) => encoder.push(piece, false))
      return end ? [...out, ...encoder.push(EMPTY, true)] : out
    }
    // Windows: decoded pieces as they come; the inspector ends at the limit, and what lies beyond passes only if policy says so.
    let over = false
    const next = async (): Promise<Uint8Array[] | undefined> => {
      if (over) return undefined
      while (queue.length === 0 && !last) {
        const chunk = await this.#read()
        last = chunk === undefined
        if (this.#keptAsIs && chunk !== undefined) originals.push(chunk.slice())
        if (this.#decoder === undefined) {
          if (chunk !== undefined) queue.push(chunk)
        } else {
          const fault = this.#decode(chunk ?? EMPTY, last, (piece) => queue.push(piece))
          if (fault !== undefined) throw new BodyAborted(fault === 'malformed' ? 'coding-unsupported' : fault)
        }
      }
      const piece = queue.shift() ?? EMPTY
      const end = last && queue.length === 0
      over = end
      this.#receipt.bytesIn += piece.length
      let rest = EMPTY
      let window = piece
      let close = end
      if (limit > 0 && inspected + piece.length > limit) {
        if (this.#plan.posture('size-limit') === 'block') throw new BodyAborted('size-limit')
        window = piece.subarray(0, Math.max(0, limit - inspected))
        rest = piece.subarray(window.length)
        close = true
      }
      const pieces: Uint8Array[] = []
      if (inspected >= 0) {
        inspector.push(window, close)
        inspected = close ? -1 : inspected + window.length
        if (inspector.blockedBy.length > 0 && late === 'abort') throw new BodyAborted('finding')
        if (inspector.stoppedAt >= 0 && this.#plan.posture('step-limit') === 'block') throw new BodyAborted('step-limit')
        for (const reason of Object.keys(inspector.passedOver) as Reason[])
          if (this.#plan.posture(reason) === 'block') throw new BodyAborted(reason)
        if (inspector.depthLimitAt >= 0 && this.#plan.posture('depth-limit') === 'block') throw new BodyAborted('depth-limit')
        const taken = inspector.take()
        pieces.push(...(Array.isArray(taken) ? taken : await taken))
      } else rest = piece
      if (rest.length > 0) pieces.push(rest)
      if (this.#keptAsIs) {
        if (queue.length > 0) return []
        if (end) this.#count(inspector, this.#receipt.bytesIn)
        return originals.splice(0)
      }
      const out = encode(pieces, end)
      if (!end) return out
      this.#hasTail()
      this.#count(inspector, this.#receipt.bytesIn)
      return out
    }
    const stream = this.#stream(next)
    // What came before is in the queue; once it has left, nothing may hold it.
    kept.length = 0
    return this.#passed(stream)
  }

  // A message of an observing side: what comes leaves at once, then is looked at

  #observe(): Passed {
    const { headers, policy } = this.#message
    const coding = readContentEncoding(headers.get('content-encoding'), policy.limits.maxCodings)
    let blind: Reason | undefined = coding.fault
    let undecodable = blind !== undefined
    let inspector: Inspector | undefined
    /** As many bytes were looked at as may be. */
    let full = false
    const limit = policy.limits.maxInspectBytes
    let raw = 0
    let head: Uint8Array[] = []
    let headBytes = 0
    const start = (end: boolean) => {
      if (inspector !== undefined || blind !== undefined || (headBytes < SNIFF_BYTES && !end)) return
      const choice = chooseReading(headers, concat(head), this.#message.status === 206)
      for (const remark of choice.remarks) this.#remark(remark)
      blind = choice.reason ?? (this.#message.status === 206 ? 'partial' : undefined)
      if (blind === undefined) inspector = this.#inspect(choice, 'redact')
    }
    const look = async (chunk: Uint8Array, end: boolean) => {
      raw += chunk.length
      if (undecodable) {
        this.#receipt.bytesIn += chunk.length
        return
      }
      if (raw === chunk.length) {
        this.#codings = this.#message.trust === 'bytes' && coding.codings.length > 0 ? this.#believe(chunk) : coding.codings
        if (this.#codings.length > 0) this.#decoder = createDecoder(this.#codings, this.#context.codings, policy.limits)
      }
      const pieces: Uint8Array[] = []
      if (this.#decoder === undefined) pieces.push(chunk)
      else {
        const fault = this.#decode(chunk, end, (piece) => pieces.push(piece))
        if (fault !== undefined) {
          blind = fault === 'malformed' ? 'coding-unsupported' : fault
          undecodable = true
          // Nothing came of it: counted as it came, like all that follow.
          if (pieces.length === 0) this.#receipt.bytesIn += chunk.length
        }
      }
      for (const piece of pieces) this.#receipt.bytesIn += piece.length
      // What is not read is counted all the same.
      if (blind !== undefined) return
      if (inspector === undefined) {
        head.push(...pieces)
        this.#chunk = undefined
        for (const piece of pieces) headBytes += piece.length
        start(end)
        pieces.length = 0
        if (inspector !== undefined) {
          pieces.push(...head)
          head = []
        }
      }
      if (inspector !== undefined) {
        const seen: Inspector = inspector
        for (const piece of pieces) {
          if (full) break
          full = limit > 0 && seen.fed + piece.length > limit
          seen.push(full ? piece.subarray(0, limit - seen.fed) : piece, full)
        }
        if (end && !full) seen.push(EMPTY, true)
        await seen.take()
      }
    }
    let over = false
    const next = async (): Promise<Uint8Array[] | undefined> => {
      if (over) return undefined
      const chunk = await this.#read()
      over = chunk === undefined
      try {
        await look(chunk ?? EMPTY, over)
      } catch (error) {
        this.#context.onError(error)
        blind = reasonOf(error)
        undecodable = true
        inspector = undefined
      }
      if (over) {
        if (blind !== undefined) {
          this.#outcome.decision = 'not-inspected'
          this.#skip(blind, this.#receipt.bytesIn)
        } else if (inspector !== undefined) this.#count(inspector, this.#receipt.bytesIn)
      }
      return chunk === undefined ? undefined : [chunk]
    }
    return this.#passed(this.#stream(next))
  }

  // What cannot be inspected

  /** The outcome of a message, or of the whole rest of one, that is not inspected for `reason`. */
  #uninspected(reason: Reason, bytes = 0, kept: Uint8Array[] = [], ended = false): Passed {
    if (this.#plan.posture(reason) === 'block' && this.#plan.mode === 'enforce') {
      this.#receipt.bytesIn = bytes
      this.#skip(reason, bytes)
      return this.#refuse(reason)
    }
    return this.#passUnread(reason, kept, ended, bytes)
  }

  /** Lets the bytes through as they are, and counts them: decoded where they can be decoded, `bytes` of them already. */
  #passUnread(reason: Reason, kept: Uint8Array[] = [], ended = false, bytes = 0): Passed {
    const queue = kept.splice(0)
    const readable = this.#decoder !== undefined && reason !== 'coding-unsupported' && reason !== 'decode-limit'
    let ahead = queue.length
    let over = ended
    this.#outcome.decision = 'not-inspected'
    const count = (bytes: number) => {
      this.#receipt.bytesIn += bytes
      this.#skip(reason, bytes)
    }
    if (over || this.#message.body instanceof Uint8Array) {
      const body = over ? concat(queue) : (this.#message.body as Uint8Array)
      count(readable ? bytes : body.length)
      this.#finish()
      return this.#passed(body)
    }
    const next = async () => {
      let chunk = queue.shift()
      if (chunk === undefined && !over) chunk = await this.#read()
      over = chunk === undefined
      if (!readable) {
        if (chunk !== undefined) count(chunk.length)
      } else if (ahead > 0) {
        if (--ahead === 0) count(bytes)
      } else this.#decode(chunk ?? EMPTY, over, (piece) => count(piece.length))
      return chunk === undefined ? undefined : [chunk]
    }
    return this.#passed(this.#stream(next))
  }

  #refuse(reason: Refusal['reason'], rules: readonly string[] = [], as?: number): Passed {
    const { side } = this.#plan
    const status = as ?? (side === 'request' ? (REQUEST_STATUS[reason] ?? 403) : reason === 'pool-empty' ? 503 : 502)
    this.#outcome.decision = 'blocked'
    this.#outcome.blocked = { status, reason, rules }
    this.#finish()
    return { headers: this.#message.headers, body: null, refusal: { status, reason, rules }, outcome: this.#outcome }
  }

  // Streams

  /** `next` answers the next pieces or undefined at the end. */
  #stream(next: () => Promise<Uint8Array[] | undefined>): ReadableStream {
    return streamOf(
      {
        next,
        ended: () => this.#finish(),
        failed: (error) => this.#abort(error),
        left: async (reason) => {
          this.#cut('receiver')
          await this.#source?.cancel(reason)
        },
      },
      this.#context.streams?.pipe,
      this.#message.trust === 'header' ? knownLength(this.#message.headers) : undefined,
    )
  }

  /** Ends a message of which bytes have left already. */
  #abort(error: unknown): unknown {
    if (error instanceof SenderFailed) {
      this.#cut('sender')
      this.#message.onAbort?.(error.cause)
      return error.cause
    }
    const aborted = error instanceof BodyAborted ? error : new BodyAborted(reasonOf(error))
    if (aborted !== error) this.#context.onError(error)
    this.#countRead()
    this.#outcome.decision = 'aborted'
    this.#outcome.aborted = aborted.reason
    if (aborted.reason !== 'finding') this.#skip(aborted.reason, this.#uncounted())
    this.#finish()
    this.#message.onAbort?.(aborted)
    void this.#source?.cancel(aborted)
    return aborted
  }

  /** Somebody went away before the end. What was read up to there stays read; what was not is `not-consumed`. */
  #cut(who: 'sender' | 'receiver'): void {
    if (this.#done) return
    this.#outcome.cut = who
    this.#countRead()
    this.#finish()
  }

  /** Counts what was read of a message that does not come to its end. */
  #countRead(): void {
    const inspector = this.#inspector
    const { bytesIn, inspected } = this.#receipt
    if (inspector === undefined || inspected > 0 || this.#uncounted() === 0) return
    this.#count(inspector, inspector.fed)
    this.#receipt.bytesIn = Math.max(bytesIn, inspector.fed)
  }

  /** Takes back what a reading that failed has counted and told. */
  #forgetReading(): void {
    this.#receipt.bytesIn = this.#receipt.inspected = 0
    for (const reason of Object.keys(this.#receipt.notInspected) as Reason[]) delete this.#receipt.notInspected[reason]
    this.#inspector = undefined
    this.#tell()
  }

  /** Bytes that came and have no place in the receipt yet. */
  #uncounted(): number {
    const { bytesIn, inspected, notInspected } = this.#receipt
    return bytesIn - inspected - Object.values(notInspected).reduce((sum, bytes) => sum + bytes, 0)
  }

  async #read(): Promise<Uint8Array | undefined> {
    // All that came of the last chunk has left.
    if (this.#chunk !== undefined) this.#source!.recycle(this.#chunk)
    try {
      return (this.#chunk = await this.#source!.read())
    } catch (error) {
      throw new SenderFailed(error)
    }
  }

  /** Decodes in slices, so that one bomb of a chunk is stopped before it has filled the memory. */
  #decode(chunk: Uint8Array, last: boolean, each: (piece: Uint8Array) => void): DecodeFault | undefined {
    let at = 0
    do {
      const slice = chunk.subarray(at, at + DECODE_SLICE)
      at += DECODE_SLICE
      const { pieces, fault } = this.#decoder!.push(slice, last && at >= chunk.length)
      for (const piece of pieces) each(piece)
      if (fault !== undefined) return fault
    } while (at < chunk.length)
    return undefined
  }

  /** The codings that the first bytes bear out; none when the runtime has decoded them already. */
  #believe(first: Uint8Array): readonly CodingName[] {
    const probe = createDecoder(this.#codings, this.#context.codings, this.#message.policy.limits)
    const { fault, pieces } = probe.push(first.subarray(0, DECODE_SLICE), false)
    return fault === undefined && (pieces.length > 0 || first.length < 16) ? this.#codings : []
  }

  #inspect({ reading, reader, also }: Choice, onBlock: 'hold' | 'redact' | 'abort'): Inspector {
    const { engine, keyer, explain } = this.#context
    this.#inspector = new Inspector({
      engine,
      plan: this.#plan,
      limits: this.#message.policy.limits,
      reading,
      reader,
      also,
      keyer,
      onBlock,
      explain,
    })
    return this.#inspector
  }

  #encoder(): Encoder | undefined {
    if (this.#unlabelled !== undefined) return createEncoder(this.#unlabelled)
    const coding = this.#leavingAs(true)
    return coding === '' ? undefined : createEncoder(coding as 'gzip' | 'deflate')
  }

  /** The Content-Encoding under which the message leaves. */
  #leavingAs(recoded: boolean): string {
    if (this.#message.trust === 'bytes') return ''
    if (!recoded) return this.#message.headers.get('content-encoding') ?? ''
    return this.#codings.length === 1 && this.#codings[0] !== 'br' ? this.#codings[0] : ''
  }

  // Book-keeping

  #settle(edited: 'no' | 'yes' | 'maybe', length: number | undefined, coding: string): void {
    const { headers, meta, status, policy, bodiless, body } = this.#message
    settleHeaders(headers, {
      side: this.#plan.side,
      edited,
      bodyLength: length,
      coding,
      policyVersion: policy.version,
      enforced: this.#plan.mode === 'enforce' && this.#plan.inspect,
      method: meta.method,
      status,
      hasBody: body !== null && !bodiless,
    })
  }

  #remark(remark: keyof Receipt['remarks']): void {
    this.#receipt.remarks[remark] = (this.#receipt.remarks[remark] ?? 0) + 1
  }

  #skip(reason: Reason, bytes: number): void {
    this.#receipt.notInspected[reason] = (this.#receipt.notInspected[reason] ?? 0) + bytes
  }

  /** The reason for which a body taken whole must not pass, because a part of it was not inspected. */
  #unreadReason(): Reason | undefined {
    return (Object.keys(this.#receipt.notInspected) as Reason[]).find((reason) => this.#plan.posture(reason) === 'block')
  }

  #count(inspector: Inspector, length: number): void {
    const receipt = this.#receipt
    const seen = inspector.stoppedAt >= 0 ? inspector.stoppedAt : inspector.fed
    const structured = inspector.depthLimitAt >= 0 ? Math.min(inspector.depthLimitAt, seen) : seen
    receipt.bytesIn = length
    receipt.inspected = structured
    // What was passed over lies before the depth limit or behind it; there it is counted already.
    for (const [reason, bytes] of Object.entries(inspector.passedOver) as [Reason, number][]) {
      const skipped = Math.min(bytes, receipt.inspected)
      receipt.inspected -= skipped
      this.#skip(reason, skipped)
    }
    if (structured < seen) this.#skip('depth-limit', seen - structured)
    if (seen < inspector.fed) this.#skip('step-limit', inspector.fed - seen)
    if (inspector.fed < length) this.#skip('size-limit', length - inspector.fed)
    for (const [remark, count] of Object.entries(inspector.remarks)) {
      receipt.remarks[remark as keyof Receipt['remarks']] = (receipt.remarks[remark as keyof Receipt['remarks']] ?? 0) + count
    }
    this.#tell(inspector)
  }

  /** Findings beside the body and in it. */
  #tell(inspector?: Inspector): void {
    const outcome = this.#outcome
    const beside = this.#beside
    outcome.findings = [...(beside?.findings ?? []), ...(inspector?.records ?? [])]
    outcome.findingCount = (beside?.findingCount ?? 0) + (inspector?.findings ?? 0)
    const counts = new Map(beside?.counts)
    for (const [kind, count] of inspector?.counts ?? []) counts.set(kind, (counts.get(kind) ?? 0) + count)
    outcome.counts = Object.fromEntries(counts)
    outcome.edits = (beside?.edits ?? 0) + (this.#keptAsIs ? 0 : (inspector?.edits ?? 0))
    if ((outcome.decision === 'clean' || outcome.decision === 'found') && outcome.findingCount > 0)
      outcome.decision = outcome.edits > 0 ? 'edited' : 'found'
  }

  #finish(): void {
    if (this.#done) return
    this.#done = true
    const rest = this.#uncounted()
    if (rest > 0) this.#skip('not-consumed', rest)
    this.#context.pool.give(this.#pooled)
    this.#outcome.kernel = this.#context.engine.kernelName
    try {
      this.#context.finished(this.#outcome, this.#message.meta)
    } catch (error) {
      this.#context.onError(error)
    }
  }

  #passed(body: Body): Passed {
    return { headers: this.#message.headers, target: this.#target ?? this.#message.target, body, outcome: this.#outcome }
  }
}

function reasonOf(error: unknown): Reason {
  return error instanceof KernelFailed ? 'kernel-failed' : 'internal-error'
}

/** Does it, and once more where only the kernel failed and another has taken its place. */
function withSpare<T>(step: () => T): T {
  const again = (error: unknown): T => {
    if (!(error instanceof KernelFailed) || !error.replaced) throw error
    return step()
  }
  try {
    const result = step()
    return result instanceof Promise ? (result.catch(again) as T) : result
  } catch (error) {
    return again(error)
  }
}

/** Content-Length, where it is one. */
function knownLength(headers: Headers): number | undefined {
  const length = headers.get('content-length')
  if (length === null || length.length > 15) return undefined
  let value = length === '' ? Number.NaN : 0
  for (let i = 0; i < length.length; i++) {
    const digit = length.charCodeAt(i) - 0x30
    value = digit >= 0 && digit <= 9 ? 10 * value + digit : Number.NaN
  }
  return Number.isNaN(value) ? undefined : value
}

/** The other side failed while its body was read; not a fault of ours. */
class SenderFailed extends Error {
  constructor(cause: unknown) {
    super('the sender failed', { cause })
  }
}
