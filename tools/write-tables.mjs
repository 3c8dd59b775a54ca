// Compiles the rules to the tables that a Worker loads: dist/tables/rules.bin and screen.bin. Plain JavaScript: runs on any Node from 20 on.
//   node tools/write-tables.mjs
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}dist/tables/`

/** Writes both files where they are not what the rules say; others may do so at the same time. */
export async function writeTables() {
  mkdirSync(folder, { recursive: true })
  const script = `${folder}build-${process.pid}.mjs`
  await build({
    absWorkingDir: root,
    stdin: {
      contents: `import { placedRules } from './rules/index.ts'
        import { buildTables } from './src/pipeline/build-tables.ts'
        export const built = buildTables(placedRules)`,
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
    const { built } = await import(pathToFileURL(script).href)
    write('rules.bin', built.tables)
    write('screen.bin', built.screenTables)
  } finally {
    rmSync(script)
  }
}

function write(name, bytes) {
  try {
    if (Buffer.from(bytes).equals(readFileSync(folder + name))) return
  } catch {
    // Not there yet.
  }
  const made = `${folder}${name}.${process.pid}`
  writeFileSync(made, bytes)
  renameSync(made, folder + name)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeTables()
