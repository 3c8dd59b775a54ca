import { BodyAborted } from '../pipeline/message.ts'

/** Ends a call under way, so that its request never reaches its proper end. */
export type MakeAbort = () => { readonly signal: unknown; abort(reason: unknown): void }

/** Filled when a call is under way: `stop` ends it. The body may be stopped before there is a call. */
export interface Abort {
  stop?: (error: unknown) => void
  stopped?: { readonly error: unknown }
}

/** Ends the call of a body that must not be completed, or keeps it from beginning. */
export function stopWith(abort: Abort, error: unknown): void {
  abort.stopped = { error }
  abort.stop?.(error)
}

/** The signal of the request we serve, where the runtime has one. */
export interface OuterSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void
}

declare const AbortController: (new () => { signal: unknown; abort(reason?: unknown): void }) | undefined

export const platformAbort: MakeAbort | undefined =
  typeof AbortController === 'undefined' ? undefined : () => new AbortController!()

/**
 * Makes a call whose body may have to be stopped. Erroring the body's stream is not enough: workerd then ends the request
 * well-formed, so the call is aborted by a signal of ours. Answers the response, or the abort; rejects when the call itself fails, or the body's sender.
 */
export async function sendGuarded(
  call: (url: string, init: never) => Promise<Response>,
  url: string,
  init: { body: unknown; [key: string]: unknown },
  abort: Abort,
  makeAbort: MakeAbort | undefined = platformAbort,
  outer?: OuterSignal,
): Promise<Response | BodyAborted> {
  const streamed = init.body !== null && !(init.body instanceof Uint8Array)
  if (!streamed) {
    // Nothing of ours can stop it any more.
    const { body, method } = init
    const sent = method === 'GET' || method === 'HEAD' ? undefined : (body ?? undefined)
    return await call(url, { ...init, body: sent, ...(outer === undefined ? {} : { signal: outer }) } as never)
  }
  if (abort.stopped !== undefined) return endOf(abort.stopped)
  const stopper = makeAbort?.()
  let tell: (nothing: undefined) => void = () => {}
  abort.stop = (error) => {
    stopper?.abort(error)
    tell(undefined)
  }
  if (stopper !== undefined) {
    if (outer?.aborted) stopper.abort(outer.reason)
    else outer?.addEventListener('abort', () => stopper.abort(outer.reason), { once: true })
  }
  const body = init.method === 'GET' || init.method === 'HEAD' ? undefined : (init.body ?? undefined)
  try {
    const answer = call(url, {
      ...init,
      body,
      duplex: 'half',
      ...(stopper === undefined ? {} : { signal: stopper.signal }),
    } as never)
    // Without a signal the call may wait for ever: the origin waits for the rest of a request that will not come.
    const first = await Promise.race([answer, new Promise<undefined>((stop) => (tell = stop))])
    if (abort.stopped === undefined) return first!
    answer.then((response) => response.body?.cancel()).catch(() => {})
  } catch (error) {
    if (abort.stopped === undefined) throw error
  }
  return endOf(abort.stopped)
}

function endOf({ error }: { readonly error: unknown }): BodyAborted {
  if (error instanceof BodyAborted) return error
  throw error
}

export { BodyAborted }
