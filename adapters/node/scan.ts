import { createInterface } from 'node:readline'
import type { EvidenceNote, FindingRecord } from '../../src/core/words.ts'
import { createScanner, type Scanner } from './inspect.ts'
import { chooseKernel, confidence, parse, readInput, selectRules, typeOfFile, UsageError } from './options.ts'
import { Progress } from './progress.ts'

const OPTIONS = {
  json: { type: 'boolean' },
  jsonl: { type: 'boolean' },
  preview: { type: 'boolean' },
  explain: { type: 'boolean' },
  rules: { type: 'string' },
  terms: { type: 'string' },
  'min-confidence': { type: 'string' },
  kernel: { type: 'string' },
  'content-type': { type: 'string' },
} as const

/** `edge-dlp scan`: tells what is in files, or answers lines on standard input. */
export async function scan(args: string[]): Promise<number> {
  const { values, positionals } = parse(args, OPTIONS)
  const scanner = createScanner(
    selectRules(values.rules, values.terms),
    chooseKernel(values.kernel),
    confidence(values['min-confidence']),
    values.explain,
  )
  if (values.jsonl) {
    if (positionals.length > 0) throw new UsageError('scan --jsonl reads standard input and takes no files')
    return scanLines(scanner, values['content-type'] ?? '')
  }
  if (positionals.length === 0) throw new UsageError('scan needs at least one file ("-" for standard input)')
  const progress = new Progress(positionals.length)
  const reports: object[] = []
  let found = 0
  for (const file of positionals) {
    const body = readInput(file)
    const findings = scanner.find(body, values['content-type'] ?? typeOfFile(file))
    found += findings.length
    const place = new LineCounter(body)
    for (const finding of findings) {
      const { line, column } = place.at(finding.start)
      const { rule, label, start, end, confidence, path, why } = finding
      const preview = values.preview ? maskedPreview(body.subarray(start, end)) : undefined
      if (values.json)
        reports.push({
          file,
          rule,
          label,
          line,
          column,
          start,
          end,
          confidence,
          ...(path === '' ? {} : { path }),
          ...(preview === undefined ? {} : { preview }),
          ...(why === undefined ? {} : { why }),
        })
      else {
        progress.clear()
        process.stdout.write(
          `${file}:${line}:${column}\t${rule}\t${label}\t${confidence}${path === '' ? '' : `\t${path}`}${preview === undefined ? '' : `\t${preview}`}${why === undefined ? '' : `\t${why.map(noteText).join('; ')}`}\n`,
        )
      }
    }
    progress.step(file)
  }
  progress.clear()
  if (values.json) process.stdout.write(`${JSON.stringify({ findings: reports })}\n`)
  return found > 0 ? 1 : 0
}

async function scanLines(scanner: Scanner, defaultType: string): Promise<number> {
  const encoder = new TextEncoder()
  let number = 0
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    number++
    if (line.trim() === '') continue
    let asked: { id?: unknown; text?: unknown; contentType?: unknown }
    try {
      asked = JSON.parse(line)
    } catch {
      throw new UsageError(`standard input, line ${number}: no JSON`)
    }
    if (asked === null || typeof asked !== 'object' || typeof asked.text !== 'string')
      throw new UsageError(`standard input, line ${number}: {"id","text"} is needed`)
    const body = encoder.encode(asked.text)
    const findings = scanner.find(body, typeof asked.contentType === 'string' ? asked.contentType : defaultType)
    const answer = JSON.stringify({ id: asked.id, findings: toUtf16(findings, body, asked.text) })
    if (!process.stdout.write(`${answer}\n`)) await new Promise((drained) => process.stdout.once('drain', drained))
  }
  return 0
}

const NOTES: Readonly<Record<EvidenceNote['kind'], string>> = {
  pattern: 'form',
  check: 'check passed',
  key: 'name of the field',
  'whole-value': 'whole value of a field named',
  word: 'word beside it',
  decoded: 'found behind an encoding',
}

const noteText = ({ kind, what }: EvidenceNote): string => (what === '' ? NOTES[kind] : `${NOTES[kind]}: ${what}`)

/** Byte offsets → UTF-16 code units, in one walk over the text. */
function toUtf16(findings: readonly FindingRecord[], body: Uint8Array, text: string) {
  const ascii = body.length === text.length
  const offsets = new Map<number, number>()
  if (!ascii) {
    const wanted = findings.flatMap(({ start, end }) => [start, end]).sort((a, b) => a - b)
    let next = 0
    let unit = 0
    for (let at = 0; next < wanted.length; at++) {
      while (next < wanted.length && wanted[next] <= at) offsets.set(wanted[next++], unit)
      if (at >= body.length) break
      const byte = body[at]
      if ((byte & 0xc0) !== 0x80) unit += byte >= 0xf0 ? 2 : 1
    }
  }
  const unit = (at: number) => (ascii ? at : (offsets.get(at) ?? text.length))
  return findings.map(({ rule, label, start, end, confidence, path }) => ({
    rule,
    label,
    start: unit(start),
    end: unit(end),
    confidence,
    ...(path === '' ? {} : { path }),
  }))
}

/** Line and column (both from 1, columns in bytes) of growing offsets. */
class LineCounter {
  readonly #body: Uint8Array
  #at = 0
  #line = 1
  #lineStart = 0

  constructor(body: Uint8Array) {
    this.#body = body
  }

  at(offset: number): { line: number; column: number } {
    if (offset < this.#at) {
      this.#at = this.#lineStart = 0
      this.#line = 1
    }
    for (; this.#at < offset; this.#at++) {
      if (this.#body[this.#at] === 0x0a) {
        this.#line++
        this.#lineStart = this.#at + 1
      }
    }
    return { line: this.#line, column: offset - this.#lineStart + 1 }
  }
}

/** First two and last two characters of a value of eight or more; stars for the rest. */
function maskedPreview(value: Uint8Array): string {
  const text = new TextDecoder().decode(value).replace(/[^\x20-\x7e]/g, '.')
  if (text.length < 8) return '*'.repeat(text.length)
  return `${text.slice(0, 2)}${'*'.repeat(Math.min(text.length - 4, 24))}${text.slice(-2)}`
}
