import type { DlpEvent } from './events.ts'

/** Where events go: a log, a dataset. Must not block; what it throws is caught and told to `onError`. */
export interface Sink {
  write(event: DlpEvent): void
}

export function guardSink(sink: Sink, onError?: (error: unknown) => void): Sink {
  return {
    write(event) {
      try {
        sink.write(event)
      } catch (error) {
        onError?.(error)
      }
    },
  }
}
