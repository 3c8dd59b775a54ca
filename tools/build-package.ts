// Builds what the npm package holds: dist/package, JavaScript modules and declarations in the folders of their sources, so that an importer's bundler
// takes only what is used. `npm pack` runs it.
//   node tools/build-package.ts
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { writeSearches } from './write-tables.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const out = join(root, 'dist/package')

/** A compilation: an entry with the types of its platform. The last one writes the declarations of `src` and `rules`: under no platform's types. */
interface Part {
  readonly from: string
  readonly include: readonly string[]
}
const PARTS: readonly Part[] = [
  { from: 'tsconfig.json', include: ['adapters/node/edge-dlp.ts'] },
  { from: 'adapters/cloudflare/tsconfig.json', include: ['adapters/cloudflare/index.ts', 'adapters/cloudflare/*.d.ts'] },
  { from: 'adapters/fastly/tsconfig.json', include: ['adapters/fastly/index.ts', 'adapters/fastly/*.d.ts'] },
  { from: 'src/tsconfig.json', include: ['src/index.ts', 'src/web.d.ts', 'rules/index.ts'] },
]

/** What is no TypeScript but loaded by it. */
const BYTES = [
  'src/scanner/kernels/wasm/kernel.wasm',
  'src/scanner/kernels/wasm/kernel-scalar.wasm',
  'dist/tables/rules.bin',
  'dist/tables/screen.bin',
  'dist/tables/searches.bin',
]

export async function buildPackage(): Promise<void> {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await writeSearches()
  PARTS.forEach(compile)
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    // The compiler rewrites the endings of imports in what runs, not in declarations.
    if (file.endsWith('.d.ts')) edit(file, (text) => text.replace(/(['"]\.{1,2}\/[^'"\n]+)\.ts(['"])/g, '$1.js$2'))
  }
  for (const file of BYTES) cpSync(join(root, file), join(out, file))
  // js-compute's bundler knows no imports of bytes.
  for (const file of BYTES.filter((name) => name.endsWith('.bin'))) {
    const stdin = { contents: `export { default } from './${file}'`, resolveDir: root }
    buildSync({
      stdin,
      outfile: join(out, `${file}.js`),
      bundle: true,
      format: 'esm',
      target: 'es2022',
      loader: { '.bin': 'binary' },
    })
  }
  edit('adapters/fastly/index.js', (text) => text.replace(/(\/dist\/tables\/\w+\.bin)'/g, "$1.js'"))
}

function compile({ from, include }: Part, index: number): void {
  const config = join(root, `dist/tsconfig.package-${index}.json`)
  const options = {
    noEmit: false,
    declaration: true,
    rewriteRelativeImportExtensions: true,
    rootDir: root,
    outDir: out,
    typeRoots: [join(root, 'node_modules/@types'), join(root, 'node_modules')],
  }
  mkdirSync(dirname(config), { recursive: true })
  writeFileSync(
    config,
    JSON.stringify({
      extends: `../${from}`,
      compilerOptions: options,
      include: include.map((path) => `../${path}`),
      exclude: [],
    }),
  )
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { cwd: root, stdio: 'inherit' })
  } finally {
    rmSync(config)
  }
}

function edit(file: string, change: (text: string) => string): void {
  const path = join(out, file)
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

if (import.meta.main) await buildPackage()
