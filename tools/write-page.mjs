// Packs the console's page into one text that a Worker imports: dist/console/page.txt, JSON of name → type and text. Plain JavaScript: runs on any
// Node from 20 on.
//   node tools/write-page.mjs
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const from = `${root}src/console/page/`
const folder = `${root}dist/console/`

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Writes the pack; others may do so at the same time. */
export function writePage() {
  const names = readdirSync(from).sort()
  const files = names.map((name) => [name, { type: TYPES[/\.\w+$/.exec(name)?.[0]], text: readFileSync(from + name, 'utf8') }])
  mkdirSync(folder, { recursive: true })
  const made = `${folder}page.txt.${process.pid}`
  writeFileSync(made, JSON.stringify(Object.fromEntries(files)))
  renameSync(made, `${folder}page.txt`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writePage()
