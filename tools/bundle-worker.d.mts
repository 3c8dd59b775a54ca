export interface WorkerBundle {
  outdir: string
  modules: { type: string; path: string }[]
}
/** Writes `outdir` and answers the modules as Miniflare wants them, the entry first. */
export function bundleWorker(outdir?: string, entry?: string): Promise<WorkerBundle>
