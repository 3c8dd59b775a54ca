import { mkdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'

/** What the benchmarks share: medians, geometric means, and where their results are kept. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/** Holds a figure against its floor or ceiling and says so; a figure that misses makes the run exit 1. */
export function hold(name: string, figure: number, limit: { atLeast: number } | { atMost: number }): boolean {
  const [holds, text] =
    'atLeast' in limit
      ? [figure >= limit.atLeast, `at least ${limit.atLeast}`]
      : [figure <= limit.atMost, `at most ${limit.atMost}`]
  process.stdout.write(`${holds ? 'holds ' : 'MISSED'} ${name}: ${figure.toFixed(2)} (${text})\n`)
  if (!holds) process.exitCode = 1
  return holds
}

/** Keeps a result beside the date and the machine it was measured on. */
export function record(name: string, result: object): void {
  const folder = join(import.meta.dirname, 'record')
  mkdirSync(folder, { recursive: true })
  const machine = { cpu: os.cpus()[0]?.model ?? 'unknown', cores: os.cpus().length, node: process.version, load: os.loadavg() }
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ date, machine, ...result }, null, 2)}\n`)
}
