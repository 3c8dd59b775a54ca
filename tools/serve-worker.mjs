// Serves the bundled Worker in plain Miniflare (workerd), on a socket of workerd itself: nothing between client and Worker.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundleWorker } from './bundle-worker.mjs'

/**
 * Answers the URL of the direct socket and how to end it. `bindings` are the Worker's; `kv` names KV namespaces (kept in memory);
 * `services` answer in place of other Workers (service bindings); `state` a folder in which the console's state survives, `true` for one in memory (absent: there is none, and no console);
 * `log(line, level)` hears each line of its console; `bundle` is one that was made before (`{ outdir, modules }`).
 * Miniflare's own port stays unused: it re-codes compressed bodies.
 */
export async function serveWorker({ port = 0, bindings, kv = [], services = {}, state, entry, bundle, log = () => {} }) {
  const outdir = bundle === undefined ? mkdtempSync(join(tmpdir(), 'edge-dlp-worker-')) : bundle.outdir
  try {
    const { modules } = bundle ?? (await bundleWorker(outdir, entry))
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        host: '127.0.0.1',
        port: 0,
        rootPath: outdir,
        modulesRoot: '.',
        modules,
        compatibilityDate: '2026-10-01',
        compatibilityFlags: ['no_nodejs_compat', 'no_nodejs_compat_v2'],
        bindings,
        kvNamespaces: kv,
        serviceBindings: services,
        ...(state === undefined ? {} : { durableObjects: { CONSOLE_STATE: { className: 'ConsoleObject', useSQLite: true } } }),
        ...(typeof state === 'string' ? { resourcePersistencePath: state } : {}),
        unsafeDirectSockets: [{ host: '127.0.0.1', port }],
        telemetry: { enabled: false },
        cf: false,
        handleStructuredLogs: ({ level, message }) => log(message, level),
      }),
    )
    await miniflare.ready
    const url = (await miniflare.unsafeGetDirectURL()).origin
    return { url, miniflare, close: () => miniflare.dispose() }
  } finally {
    // workerd has read its modules.
    if (bundle === undefined) rmSync(outdir, { recursive: true, force: true })
  }
}
