// Compiles the rules to the tables that a Worker loads: dist/tables/rules.bin and screen.bin, and to what stock Fastly searches for: searches.bin. Plain JavaScript: runs on any Node from 20 on.
//   node tools/write-tables.mjs
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}dist/tables/`
const FILES = ['rules.bin', 'screen.bin', 'searches.bin']

/** Writes the files where they are not what the rules say; others may do so at the same time. */
export async function writeTables() {
  mkdirSync(folder, { recursive: true })
  const script = `${folder}build-${process.pid}.mjs`
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { placedRules } from './rules/index.ts'
        import { buildSearches, buildTables } from './src/pipeline/build-tables.ts'
        export const make = () => {
          const built = buildTables(placedRules)
          return { ...built, searches: buildSearches([built.tables, built.screenTables]) }
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
    if (read('made-by')?.toString() === sum && FILES.every((name) => read(name) !== undefined)) return
    const { make } = await import(pathToFileURL(script).href)
    const built = make()
    write('rules.bin', built.tables)
    write('screen.bin', built.screenTables)
    write('searches.bin', built.searches)
    write('made-by', Buffer.from(sum))
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

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeTables()
