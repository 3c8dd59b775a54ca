import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundleFastly } from '../../tools/bundle-fastly.mjs'
import { bundleWorker } from '../../tools/bundle-worker.mjs'

export interface Size {
  readonly bytes: number
  readonly gzip: number
}

/** What a deployment uploads, by part: of the Worker its script and what lies beside it, of the Compute service its script (the engine is the platform's own). */
export async function measureSizes(): Promise<Record<string, Size>> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-sizes-'))
  try {
    const { modules } = await bundleWorker(folder)
    const script = await bundleFastly(undefined, join(folder, 'service.js'))
    const sizes: Record<string, Size> = {}
    const add = (name: string, path: string) => {
      const bytes = readFileSync(path)
      sizes[name] = { bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length }
    }
    // Copied files bear a hash in their names: `rules-ABCD1234.bin`.
    for (const { path } of modules) add(`Worker: ${path.replace(/-[A-Z0-9]{8}(?=\.)/, '')}`, join(folder, path))
    add('Compute service: script with tables', script)
    return sizes
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
