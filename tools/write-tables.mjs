// Compiles the rules to the tables that a Worker loads: dist/tables/rules.bin and screen.bin, and (`--searches`) to what stock Fastly searches for: searches.bin, which takes longer.
// Plain JavaScript: runs on any Node from 20 on.
//   node tools/write-tables.mjs [--searches]
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}dist/tables/`

/** Writes the tables where they are not what the rules say; others may do so at the same time. */
export async function writeTables() {
  await writeFiles(
    'tables',
    ['rules.bin', 'screen.bin'],
    `const { tables, screenTables } = buildTables(placedRules)
     return [tables, screenTables]`,
  )
}

/** The same, and the searches. */
export async function writeSearches() {
  await writeTables()
  await writeFiles(
    'searches',
    ['searches.bin'],
    `const { tables, screenTables } = buildTables(placedRules)
     return [buildSearches([tables, screenTables])]`,
  )
}

/** Writes what a function of this body answers, a file each. */
async function writeFiles(name, files, body) {
  mkdirSync(folder, { recursive: true })
  const script = `${folder}${name}-${process.pid}.mjs`
  const madeBy = `${name}.made-by`
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { placedRules } from './rules/index.ts'
        import { buildSearches, buildTables } from './src/pipeline/build-tables.ts'
        export const make = () => {
          ${body}
        }`,
      resolveDir: root,
      loader: 'ts',
    },
    outfile: script,
    bundle: true,
    format: 'esm',
    target: 'es2023',
    logLevel: 'error',
  })
  try {
    // The same script makes the same files, and takes some seconds to.
    const sum = createHash('sha256').update(readFileSync(script)).digest('hex')
    if (read(madeBy)?.toString() === sum && files.every((file) => read(file) !== undefined)) return
    const { make } = await import(pathToFileURL(script).href)
    const made = make()
    files.forEach((file, i) => {
      write(file, made[i])
    })
    write(madeBy, Buffer.from(sum))
  } finally {
    rmSync(script)
  }
}

function read(name) {
  try {
    return readFileSync(folder + name)
  } catch {
    // Not there yet.
    return undefined
  }
}

function write(name, bytes) {
  if (read(name)?.equals(bytes)) return
  const made = `${folder}${name}.${process.pid}`
  writeFileSync(made, bytes)
  renameSync(made, folder + name)
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await (process.argv.includes('--searches') ? writeSearches() : writeTables())
