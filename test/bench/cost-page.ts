import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { table } from '../../tools/markdown.ts'
import type { Size } from './sizes.ts'

// What `npm run bench:cost` recorded, as docs/cost.md and as the tables in README.md.

export interface Cost {
  /** CPU milliseconds of 1,000 messages of 2 KB: of all, and what edge-dlp adds. */
  readonly per1000: number
  readonly added1000?: number
  /** CPU milliseconds of one message of 100 KB. */
  readonly per100KB: number
  readonly added100KB?: number
}

/** The record of the bench `cost`. */
export interface CostRecord {
  readonly date: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly load: readonly number[] }
  readonly workers: Readonly<Record<string, Cost>>
  readonly fastly: Readonly<Record<string, Cost>>
  readonly fastlyLinked: Readonly<Record<string, Cost>>
  /** CPU milliseconds before the first request: of the Worker's isolate; of a Compute instance, with an answer about its health. */
  readonly startup: { readonly worker: number; readonly fastly: number; readonly fastlyLinked: number }
  readonly sizes: Readonly<Record<string, Size>>
}

/** As far as the bench `memory` is told here; MiB of workerd's process. */
interface MemoryRecord {
  readonly date: string
  readonly '16 × 20 MB over one': { readonly dlp: number; readonly copied: number }
}

const kept = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, `record/${name}.json`), 'utf8'))
const ms = (value: number | undefined) => (value === undefined ? '' : value < 10 ? value.toFixed(1) : String(Math.round(value)))
const kb = (value: number) => `${(value / 1000).toFixed(1)} KB`
const measuredOn = ({ date, machine }: CostRecord) =>
  `Measured on ${date}, ${machine.cores} cores of ${machine.cpu}, load ${machine.load[0].toFixed(1)}`

const sizesTable = ({ sizes }: CostRecord) =>
  table(
    ['part', 'bytes', 'gzip'],
    Object.entries(sizes).map(([part, { bytes, gzip }]) => [part, kb(bytes), kb(gzip)]),
    1,
  )

const startupTable = ({ startup }: CostRecord) =>
  table(
    ['start-up', 'CPU ms'],
    [
      ['Worker: an isolate compiles and runs the script (`wrangler check startup`, median of 5)', ms(startup.worker)],
      ['Compute: an instance, until it has answered `/_dlp/health`', ms(startup.fastly)],
      ['Compute, linked', ms(startup.fastlyLinked)],
    ],
    1,
  )

function costPage(record: CostRecord, memory: MemoryRecord): string {
  const { workers, fastly, fastlyLinked } = record
  const streams = memory['16 × 20 MB over one']
  const over = (costs: CostRecord['fastly']) => Object.values(costs).filter(({ per100KB }) => per100KB > 50).length
  const kinds = Object.keys(workers)
  const rows = kinds.map((kind) => {
    const [w, f, l] = [workers[kind], fastly[kind], fastlyLinked[kind]]
    const onWorkers = [ms(w.per1000), ms(w.added1000), ms(w.per100KB), ms(w.added100KB)]
    return [kind, ...onWorkers, ms(f.per1000 / 1000), ms(f.per100KB), ms(l.per1000 / 1000), ms(l.per100KB)]
  })
  const head = [
    'body',
    'Workers, ms per 1,000 of 2 KB',
    'added',
    'Workers, ms per 100 KB',
    'added',
    'Fastly stock, ms per 2 KB',
    'per 100 KB',
    'Fastly linked, ms per 2 KB',
    'per 100 KB',
  ]
  return `<!-- Written by npm run bench:cost. Do not edit. -->

# What it costs

${measuredOn(record)}, every rule on, enforcing. CPU time, so that other work on the machine shows little; a busy machine makes it longer all the same.

## CPU

Workers: of workerd's whole process, and what edge-dlp adds to the same gateway without it. Fastly: of the thread of one instance in the test host, less what a request for \`/_dlp/health\` takes (making the instance); the answers to host calls are in it, so read it as a ceiling (\`docs/platforms.md\`).

${table(head, rows, 1)}

Bodies of 100 KB but the clean ones have about ${Math.round(100 / 2)} pairs of findings, each edited. Limits: Workers 10 ms a request on the free plan, 30 s on paid ones until \`limits.cpu_ms\` says
otherwise; Fastly 50 ms a request, which at 100 KB ${over(fastly)} of ${kinds.length} kinds exceed on the stock build and ${over(fastlyLinked)} on the linked one (\`docs/fastly-linked.md\`): there,
set \`maxInspectBytes\` by what the table says. What a message of 2 KB takes there is mostly what each instance does once, whatever the body.

## Start-up

${startupTable(record)}

Limits: a Worker 1 s (400 ms before October 2025); an instance of Compute is made for each request, and what it takes is in the table and not in those above.

## Memory

Of sixteen streams of 20 MB at once, each beyond the first takes ${(streams.dlp / 15).toFixed(1)} MiB of workerd's process, where a Worker that only copies takes ${(streams.copied / 15).toFixed(1)} (${memory.date}, \`npm run bench -- memory\`).
A message that is taken whole takes at most twice \`maxWholeBytes\` (1 MiB). Limits: 128 MB an isolate, 128 MiB an instance.

## Size

${sizesTable(record)}

After gzip they are held to \`test/bench/budget.json\` by a test. Limits: a Worker 3 MB after gzip on the free plan and 10 MB on paid ones, by the older of Cloudflare's pages; 64 MiB before by the newest.
`
}

function readmeFigures(record: CostRecord): string {
  const { workers, fastly, fastlyLinked } = record
  const rows = Object.keys(workers).map((kind) => [
    kind,
    ms(workers[kind].added1000! / 1000),
    ms(workers[kind].added100KB),
    ...[fastly, fastlyLinked].flatMap((costs) => [ms(costs[kind].per1000 / 1000), ms(costs[kind].per100KB)]),
  ])
  const head = ['CPU ms a message', 'Workers, 2 KB', '100 KB', 'Fastly, 2 KB', '100 KB', 'linked, 2 KB', '100 KB']
  return `${measuredOn(record)}, every rule on, enforcing; how, and the platforms' limits: \`docs/cost.md\`. On Workers what edge-dlp adds to the same gateway without it.

${table(head, rows, 1)}

${startupTable(record)}

${sizesTable(record)}`
}

const MARKED = /(<!-- figures: [^\n]*-->\n\n)[\s\S]*?(\n\n<!-- end of figures -->)/

/** docs/cost.md and README.md as the records have them; `readme` as it is now. */
export function costPages(readme: string): { cost: string; readme: string } {
  const record: CostRecord = kept('cost')
  if (!MARKED.test(readme)) throw new Error('README.md has no place for figures')
  return {
    cost: costPage(record, kept('memory')),
    readme: readme.replace(MARKED, (_, before, behind) => `${before}${readmeFigures(record)}${behind}`),
  }
}

/** Writes both. */
export function writeCostPages(): void {
  const path = (name: string) => join(import.meta.dirname, '../..', name)
  const { cost, readme } = costPages(readFileSync(path('README.md'), 'utf8'))
  writeFileSync(path('docs/cost.md'), cost)
  writeFileSync(path('README.md'), readme)
}
