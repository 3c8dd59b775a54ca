/** The few stream types `src/` needs, so that no platform's globals are named. A platform's ReadableStream fits. */
export interface ByteReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>
  cancel(reason?: unknown): Promise<void>
  releaseLock(): void
  /** Hears that a chunk it gave is no longer looked at, so that its memory may be read into again. */
  recycle?(chunk: Uint8Array): void
}
