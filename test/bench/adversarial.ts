import { readFileSync } from 'node:fs'
import { sharedPath } from '../support/shared.ts'
import { hostileBodies } from './bodies/hostile-bodies.ts'
import { inspectWith } from './bodies/inspect.ts'
import { hold, median, record } from './figures.ts'

/**
 * Bodies made to be slow, per format, every rule and action on: CPU time a byte beside that of the median benign body, in interleaved rounds. Benign are the
 * benign files of the corpora, each as a body of its own type, and in a form and a multipart body.
 */
const BYTES = 200_000
const ROUNDS = 5
/** Rounds before those that count: each body is read by code that other formats have made slow at first. */
const WARM_UPS = 3
/** Bytes timed at once: short bodies are repeated. */
const LEAST = 200_000
const WINDOW = 16 << 10
/** Actions of every kind; what `block` finds is edited, as in a body that streams. */
const inspectBench = inspectWith({
  mode: 'enforce',
  request: { '*': 'redact', payment: { mask: { keepLast: 4 } }, contact: 'hash', network: 'drop', credentials: 'block' },
})
const CORPORA: Readonly<Record<string, string>> = {
  json: 'application/json',
  html: 'text/html',
  text: 'text/plain',
  code: 'text/plain',
  logs: 'text/plain',
  css: 'text/css',
  minjs: 'text/javascript',
  lock: 'text/plain',
  openapi: 'text/plain',
  graphql: 'text/plain',
}

interface Subject {
  readonly name: string
  readonly type: string
  readonly body: Buffer
  readonly times: { whole: number[]; streamed: number[] }
}

function benign(): Subject[] {
  const subjects: Subject[] = []
  const push = (name: string, type: string, text: string) =>
    subjects.push({ name, type, body: Buffer.from(text), times: { whole: [], streamed: [] } })
  for (const [kind, type] of Object.entries(CORPORA)) {
    const texts = readFileSync(sharedPath('corpora', `benign_${kind}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).text as string)
      .filter((text) => text.length >= 2000)
    for (const [i, text] of texts.slice(0, 8).entries()) {
      push(`${kind} ${i}`, /^\s*[[{]/.test(text) ? 'application/json' : type, text)
      if (i > 1) continue
      const pieces = text.match(/[\s\S]{1,300}/g)!
      push(
        `${kind} ${i} in a form`,
        'application/x-www-form-urlencoded',
        new URLSearchParams(pieces.map((piece, k) => [`f${k}`, piece])).toString(),
      )
      const parts = pieces.map((piece, k) => `--edge\r\ncontent-disposition: form-data; name="f${k}"\r\n\r\n${piece}\r\n`)
      push(`${kind} ${i} in parts`, 'multipart/form-data; boundary=edge', `${parts.join('')}--edge--\r\n`)
    }
  }
  return subjects
}

/** Nanoseconds of CPU a byte. */
async function timed({ type, body }: Subject, window?: number): Promise<number> {
  const times = Math.ceil(LEAST / body.length)
  const before = process.cpuUsage()
  for (let i = 0; i < times; i++) await inspectBench(type, body, window)
  const { user, system } = process.cpuUsage(before)
  return ((user + system) * 1000) / (times * body.length)
}

export async function adversarial(): Promise<void> {
  const ordinary = benign()
  const hostile = hostileBodies(BYTES).map((body) => ({ ...body, times: { whole: [], streamed: [] } as Subject['times'] }))
  for (const { name, type, body, found } of hostile) {
    const whole = await inspectBench(type, body)
    const streamed = await inspectBench(type, body, WINDOW)
    if (!whole.output.equals(streamed.output)) throw new Error(`${name}: the cut changes what leaves`)
    if (found && !whole.rules.has('credit-card')) throw new Error(`${name}: the card is not found`)
  }
  const all: Subject[] = [...ordinary, ...hostile]
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const subject of all) {
      const whole = await timed(subject)
      const streamed = await timed(subject, WINDOW)
      if (round < 0) continue
      subject.times.whole.push(whole)
      subject.times.streamed.push(streamed)
    }
  }
  const result: Record<string, unknown> = {}
  for (const way of ['whole', 'streamed'] as const) {
    const usual = median(ordinary.map(({ times }) => median(times[way])))
    const rows = hostile
      .map(({ name, times }) => ({ name, ns: median(times[way]), ratio: median(times[way]) / usual }))
      .sort((a, b) => b.ratio - a.ratio)
    process.stdout.write(
      `\n${way}: the median of ${ordinary.length} benign bodies takes ${usual.toFixed(0)} ns a byte (${(1000 / usual).toFixed(1)} MB/s)\n`,
    )
    for (const { name, ns, ratio } of rows.slice(0, 24))
      process.stdout.write(`${ratio.toFixed(1).padStart(8)}  ${ns.toFixed(0).padStart(6)} ns  ${name}\n`)
    hold(`${way}: the worst of ${rows.length} hostile bodies, times the median benign one`, rows[0].ratio, { atMost: 8 })
    result[way] = {
      benignNsPerByte: Number(usual.toFixed(1)),
      times: Object.fromEntries(rows.map(({ name, ratio }) => [name, Number(ratio.toFixed(2))])),
    }
  }
  record('adversarial', { bytes: BYTES, rounds: ROUNDS, ...result })
}
