import type { Miniflare } from 'miniflare'
import type { WorkerBundle } from './bundle-worker.mjs'

export interface ServeOptions {
  /** Default: a free one. */
  port?: number
  bindings: Record<string, unknown>
  kv?: string[]
  /** Service bindings: functions of Node that answer in place of another Worker. */
  services?: Record<string, (request: Request) => unknown>
  state?: string | true
  entry?: string
  bundle?: WorkerBundle
  log?: (line: string, level: string) => void
}
export function serveWorker(options: ServeOptions): Promise<{ url: string; miniflare: Miniflare; close: () => Promise<void> }>
