import type { Miniflare } from 'miniflare'
import type { WorkerBundle } from './bundle-worker.mjs'

export interface ServeOptions {
  /** Default: a free one. */
  port?: number
  bindings: Record<string, unknown>
  kv?: string[]
  state?: string | true
  entry?: string
  bundle?: WorkerBundle
  log?: (line: string, level: string) => void
}
export function serveWorker(options: ServeOptions): Promise<{ url: string; miniflare: Miniflare; close: () => Promise<void> }>
