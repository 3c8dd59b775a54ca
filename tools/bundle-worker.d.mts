export interface WorkerBundle {
  outdir: string
  /** Without `contents`: the file of that path in `outdir`. */
  modules: { type: string; path: string; contents?: Uint8Array }[]
}
/** Writes `outdir` and answers the modules as Miniflare wants them, the entry first. */
export function bundleWorker(outdir?: string, entry?: string): Promise<WorkerBundle>
