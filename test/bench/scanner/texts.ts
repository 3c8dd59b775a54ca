import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../support/random.ts'
import { sharedPath } from '../../support/shared.ts'

export interface Text {
  readonly name: string
  readonly bytes: Uint8Array
  /** Where native engines read it. */
  readonly file: string
}

const folder = join(import.meta.dirname, '../../../dist/bench')
const GENERATED_BYTES = 1 << 20

/** The texts of each benign file joined, and a log and a JSON document that are generated. */
export function benignTexts(): Text[] {
  mkdirSync(folder, { recursive: true })
  const texts = readdirSync(sharedPath('corpora'))
    .filter((file) => file.startsWith('benign_'))
    .sort()
    .map((file): [string, string] => {
      const lines = readFileSync(sharedPath('corpora', file), 'utf8').trim().split('\n')
      return [file.replace(/^benign_|\.jsonl$/g, ''), lines.map((line) => (JSON.parse(line) as { text: string }).text).join('\n')]
    })
  texts.push(['generated-log', generatedLog()], ['generated-json', generatedJson()])
  return texts.map(([name, text]) => {
    const file = join(folder, `${name}.txt`)
    const bytes = new TextEncoder().encode(text)
    writeFileSync(file, bytes)
    return { name, bytes, file }
  })
}

function generatedLog(): string {
  const random = new Random(1)
  let text = ''
  const two = (n: number) => String(n).padStart(2, '0')
  for (let line = 0; text.length < GENERATED_BYTES; line++) {
    const address = [10, random.int(0, 255), random.int(0, 255), random.int(1, 254)].join('.')
    const time = `28/Nov/2026:${two(random.int(0, 23))}:${two(random.int(0, 59))}:${two(random.int(0, 59))} +0000`
    const path = `/${random.pick(['api', 'static', 'shop'])}/${random.pick(['orders', 'items', 'users'])}/${random.int(1, 99_999)}`
    text += `${address} - - [${time}] "GET ${path} HTTP/1.1" ${random.pick([200, 304, 404])} ${random.int(100, 50_000)} "-" "Mozilla/5.0 (X11; Linux x86_64)"\n`
  }
  return text
}

function generatedJson(): string {
  const random = new Random(2)
  const rows: object[] = []
  const word = () => random.pick(['alpha', 'river', 'stone', 'paper', 'cloud', 'green', 'table', 'seven'])
  for (let length = 0; length < GENERATED_BYTES; length += 190) {
    rows.push({
      id: rows.length,
      name: `${word()} ${word()}`,
      price: random.int(100, 100_000) / 100,
      tags: [word(), word()],
      description: `${word()} ${word()} ${word()} ${word()} ${word()}.`,
      updated: `2026-11-${10 + random.int(0, 18)}T${10 + random.int(0, 13)}:30:00Z`,
    })
  }
  return JSON.stringify({ rows })
}
