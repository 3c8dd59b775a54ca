import type { AuditEvent } from './audit.ts'
import type { DlpEvent } from './events.ts'

/** Where events go: a log, a dataset. Must not block; what it throws or rejects with is caught and told to `onError`. */
export interface Sink {
  /** `asked` is what the sender wrote, path included, and may hold a value: a sink that keeps any of it reduces it first. */
  write(event: DlpEvent, asked?: Claims): void
  /** Hears what happens to edge-dlp itself: a new policy, a refused one. */
  audit?(event: AuditEvent): void
}

/** What a message claims of itself. */
export interface Claims {
  readonly method: string
  readonly host: string
  readonly path: string
  /** Essence of its Content-Type, lower case; '' if none. */
  readonly contentType: string
}

export interface GuardedSink extends Required<Sink> {
  /** Events that the sink did not take. */
  readonly failures: number
}

/** A sink out of which nothing comes: neither an exception, nor a rejection, nor an exception of `onError`. */
export function guardSink(sink: Sink, onError?: (error: unknown) => void): GuardedSink {
  let failures = 0
  const failed = (error: unknown) => {
    failures++
    try {
      onError?.(error)
    } catch {
      // Whoever listens for faults has one of its own; nobody is left to tell.
    }
  }
  const guarded = (write: () => unknown) => {
    try {
      const result = write()
      if (result instanceof Promise) result.catch(failed)
    } catch (error) {
      failed(error)
    }
  }
  return {
    get failures() {
      return failures
    },
    write: (event, asked) => guarded(() => sink.write(event, asked)),
    audit: (event) => guarded(() => sink.audit?.(event)),
  }
}
