// Serves the bundled Worker in plain Miniflare (workerd), on a socket of workerd itself: nothing between client and Worker.
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { bundleWorker } from './bundle-worker.mjs'

/** Answers the URL of the direct socket, workerd's process and how to end it. `bindings` are the Worker's. */
export async function serveWorker({ port = 0, bindings, outdir, entry, log = () => {} }) {
  const bundle = await bundleWorker(outdir, entry)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      rootPath: bundle.outdir,
      modulesRoot: '.',
      modules: bundle.modules,
      compatibilityDate: '2026-10-01',
      compatibilityFlags: ['no_nodejs_compat', 'no_nodejs_compat_v2'],
      bindings,
      unsafeDirectSockets: [{ host: '127.0.0.1', port }],
      telemetry: { enabled: false },
      cf: false,
      handleRuntimeStdio: (stdout, stderr) => {
        stdout.on('data', (data) => log(String(data)))
        stderr.on('data', (data) => log(String(data)))
      },
    }),
  )
  await miniflare.ready
  const url = (await miniflare.unsafeGetDirectURL()).origin
  return { url, close: () => miniflare.dispose() }
}
