import { readFileSync } from 'node:fs'
import busboy from 'busboy'
import { Parser } from 'htmlparser2'
import { parse } from 'parse5'
import type { PlacedRule } from '../../src/core/rule.ts'
import type { Policy } from '../../src/policy/schema.ts'
import { sharedPath } from '../support/shared.ts'
import { inspectWith, readWith } from './bodies/inspect.ts'
import { hold, median, record } from './figures.ts'
import { records } from './gateway.ts'
import { type BenchRule, prototypeRules } from './prototype-rules.ts'

/**
 * Whole bodies through the pipeline in V8, beside what reads the same bytes otherwise, in interleaved rounds; CPU time. JSON with the 63 rules of vendors: clean, and
 * with findings in one field of a hundred, beside JSON.parse of the text at hand, and beside parse, walk, RegExps and stringify. HTML and multipart with the same
 * rules and with this project's, and their readers alone, which only find the fields as the libraries beside them do: the oracles of the tests.
 */
const MB = 1_000_000
const ROUNDS = 15
/** Rounds before the first one that counts: V8 compiles for some hundred bodies. */
const WARM_UP = 15
/** What a stream brings at once. */
const CHUNK = 64 << 10

type Step = () => unknown

interface Measured {
  readonly bytes: number
  /** MB/s, medians. */
  readonly rates: Readonly<Record<string, number>>
  /** Median over the rounds of a step's speed (default: the first's) in that of another. */
  ratio(to: string, of?: string): number
}

/** Runs each step in turn. The first is ours. */
async function interleave(bytes: number, steps: Readonly<Record<string, Step>>): Promise<Measured> {
  const times: Record<string, number[]> = {}
  const names = Object.keys(steps)
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const name of names) {
      const repeat = Math.max(1, Math.round((2 * MB) / bytes))
      const before = process.cpuUsage()
      const started = performance.now()
      for (let i = 0; i < repeat; i++) await steps[name]()
      const { user, system } = process.cpuUsage(before)
      // short steps are finer than the clock of CPU time
      const ms = Math.min((user + system) / 1000 || Number.POSITIVE_INFINITY, performance.now() - started)
      if (round >= 0) (times[name] ??= []).push(ms / repeat)
    }
  }
  return {
    bytes,
    rates: Object.fromEntries(names.map((name) => [name, Math.round(bytes / 1000 / median(times[name]))])),
    ratio: (to, of = names[0]) => median(times[to].map((ms, round) => ms / times[of][round])),
  }
}

const placed = ({ id, pattern }: BenchRule): PlacedRule => ({
  group: 'vendor',
  rule: {
    id,
    label: 'us_ssn',
    title: id,
    source: 'the scanner prototype',
    pattern,
    confidence: 'high',
    samples: { find: [], ignore: [] },
  },
})

const FOUND = ['AKIA3TNJ335CKT2DQ5BK', 'ghs_sJtzWMoGweTPUADjXUL4F9Rseghn310tiNy7']

/** The records with a value in one field of a hundred. */
function withFindings(bytes: number): { body: Buffer; values: number } {
  let fields = 0
  let values = 0
  const rows = JSON.parse(records(bytes).toString(), (_, value) => {
    if (typeof value === 'object') return value
    return typeof value === 'string' && fields++ % 100 === 0 ? `key ${FOUND[values++ % FOUND.length]} here` : value
  })
  return { body: Buffer.from(JSON.stringify(rows)), values }
}

/** What is done without a tool of this kind. */
function parseWalkStringify(text: string, patterns: readonly RegExp[]): { text: string; edits: number } {
  let edits = 0
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') {
      let out = value
      for (const pattern of patterns)
        out = out.replace(pattern, () => {
          edits++
          return '[redacted]'
        })
      return out
    }
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, walk(inner)]))
  }
  return { text: JSON.stringify(walk(JSON.parse(text))), edits }
}

const POLICY: Policy = { mode: 'enforce', request: { '*': 'redact' } }

async function json(rules: readonly BenchRule[]): Promise<Record<string, unknown>> {
  const inspect = inspectWith(POLICY, rules.map(placed))
  const patterns = rules.map(({ pattern }) => new RegExp(pattern.replace(/\(\?i:/g, '(?:'), 'g'))
  const type = 'application/json'
  const clean = records(MB)
  const { body, values } = withFindings(MB)
  const cleanText = clean.toString()
  const text = body.toString()
  const outcome = await inspect(type, clean)
  if (outcome.edits > 0 || !outcome.output.equals(clean)) throw new Error('clean JSON: changed')
  const edited = await inspect(type, body)
  const other = parseWalkStringify(text, patterns)
  if (edited.edits !== values || other.edits !== values)
    throw new Error(`JSON: ${values} values, ${edited.edits} and ${other.edits} edits`)
  if (FOUND.some((value) => edited.output.includes(value))) throw new Error('JSON: a value has left')
  JSON.parse(edited.output.toString())
  const shares: Record<string, number> = {}
  for (const [name, streamed] of [
    ['clean', clean],
    ['found', body],
  ] as const) {
    const { windows, shareRead } = await inspect(type, streamed, CHUNK)
    shares[name] = Number(shareRead.toFixed(4))
    process.stdout.write(
      `${name} JSON in chunks of ${CHUNK >> 10} KiB: ${(100 * shareRead).toFixed(1)} % of ${windows} windows needed a reader\n`,
    )
  }
  const quiet = await interleave(clean.length, {
    ours: () => inspect(type, clean),
    'JSON.parse': () => JSON.parse(cleanText),
    'ours, in chunks': () => inspect(type, clean, CHUNK),
  })
  const found = await interleave(body.length, {
    ours: () => inspect(type, body),
    'JSON.parse': () => JSON.parse(text),
    'ours, in chunks': () => inspect(type, body, CHUNK),
    'parse, walk, RegExps, stringify': () => parseWalkStringify(text, patterns),
  })
  process.stdout.write(
    `clean JSON, MB/s: ${JSON.stringify(quiet.rates)}\nfindings in 1 % of the fields, MB/s: ${JSON.stringify(found.rates)}\n`,
  )
  hold(`clean JSON, ${rules.length} rules, times JSON.parse`, quiet.ratio('JSON.parse'), { atLeast: 0.8 })
  hold('findings in 1 % of the fields, times JSON.parse', found.ratio('JSON.parse'), { atLeast: 0.4 })
  return {
    chunkBytes: CHUNK,
    shareOfWindowsRead: shares,
    clean: { MBs: quiet.rates, timesJsonParse: quiet.ratio('JSON.parse') },
    found: { MBs: found.rates, timesJsonParse: found.ratio('JSON.parse') },
  }
}

async function html(rules: readonly BenchRule[]): Promise<Record<string, unknown>> {
  const inspect = inspectWith(POLICY, rules.map(placed))
  const inspectWithOwn = inspectWith(POLICY)
  const pages = readFileSync(sharedPath('corpora', 'benign_html.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(JSON.parse(line).text as string))
  const texts = pages.map((page) => page.toString())
  const bytes = pages.reduce((sum, page) => sum + page.length, 0)
  const measured = await interleave(bytes, {
    ours: async () => {
      for (const page of pages) await inspect('text/html', page)
    },
    'ours, own rules': async () => {
      for (const page of pages) await inspectWithOwn('text/html', page)
    },
    'our reader alone': () => {
      for (const page of pages) if (readWith('text/html', page) === 0) throw new Error('HTML: no field')
    },
    parse5: () => {
      for (const text of texts) parse(text)
    },
    htmlparser2: () => {
      for (const text of texts) new Parser({ ontext() {}, onopentag() {}, oncomment() {} }).end(text)
    },
  })
  process.stdout.write(`HTML, MB/s: ${JSON.stringify(measured.rates)}\n`)
  const reader = measured.ratio('parse5', 'our reader alone')
  hold('HTML, our reader alone, times parse5', reader, { atLeast: 1 })
  const whole = measured.ratio('parse5')
  const own = measured.ratio('parse5', 'ours, own rules')
  hold(`HTML, whole pipeline, ${rules.length} rules, times parse5`, whole, { atLeast: 1 })
  hold('HTML, whole pipeline, rules of this project, times parse5', own, { atLeast: 1 })
  return {
    MBs: measured.rates,
    readerTimesParse5: reader,
    timesParse5: whole,
    ownRulesTimesParse5: own,
    timesHtmlparser2: measured.ratio('htmlparser2'),
  }
}

async function multipart(rules: readonly BenchRule[]): Promise<Record<string, unknown>> {
  const inspect = inspectWith(POLICY, rules.map(placed))
  const inspectWithOwn = inspectWith(POLICY)
  const type = 'multipart/form-data; boundary=edge-7f2a'
  const text = readFileSync(sharedPath('corpora', 'benign_text.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).text as string)
    .join('\n')
  const pieces = text.slice(0, 200_000).match(/[\s\S]{1,2000}/g)!
  const parts = pieces.map((piece, i) =>
    i % 4 === 0
      ? `--edge-7f2a\r\ncontent-disposition: form-data; name="file${i}"; filename="notes ${i}.txt"\r\ncontent-type: text/plain\r\n\r\n${piece}\r\n`
      : `--edge-7f2a\r\ncontent-disposition: form-data; name="field${i}"\r\n\r\n${piece}\r\n`,
  )
  const body = Buffer.from(`${parts.join('')}--edge-7f2a--\r\n`)
  const read = () =>
    new Promise<number>((resolve, reject) => {
      let fields = 0
      const reader = busboy({ headers: { 'content-type': type } })
      reader
        .on('field', () => fields++)
        .on('file', (_, stream) => {
          fields++
          stream.resume()
        })
      reader.on('close', () => resolve(fields)).on('error', reject)
      reader.end(body)
    })
  if ((await read()) !== pieces.length) throw new Error('multipart: busboy read other parts')
  if (readWith(type, body) < pieces.length) throw new Error('multipart: our reader read fewer fields')
  const measured = await interleave(body.length, {
    ours: () => inspect(type, body),
    'ours, own rules': () => inspectWithOwn(type, body),
    'our reader alone': () => readWith(type, body),
    busboy: read,
  })
  process.stdout.write(`multipart, MB/s: ${JSON.stringify(measured.rates)}\n`)
  const reader = measured.ratio('busboy', 'our reader alone')
  hold('multipart, our reader alone, times busboy', reader, { atLeast: 1 })
  const whole = measured.ratio('busboy')
  const own = measured.ratio('busboy', 'ours, own rules')
  hold(`multipart, whole pipeline, ${rules.length} rules, times busboy`, whole, { atLeast: 1 })
  hold('multipart, whole pipeline, rules of this project, times busboy', own, { atLeast: 1 })
  return { MBs: measured.rates, readerTimesBusboy: reader, timesBusboy: whole, ownRulesTimesBusboy: own }
}

export async function bodies(): Promise<void> {
  const rules = await prototypeRules()
  record('bodies', {
    rounds: ROUNDS,
    json: await json(rules),
    html: await html(rules),
    multipart: await multipart(rules),
  })
}
