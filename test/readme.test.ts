import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { afterAll, describe, expect, test } from 'vitest'
import { placedRules } from '../rules/index.ts'
import { compilePolicy } from '../src/policy/compile.ts'
import { parsePolicy } from '../src/policy/schema.ts'
import { type RunDlp, tryDlpCommand } from './stranger/dlp-commands.ts'
import { writeExample } from './stranger/example.ts'
import { blocks, commands, readme } from './stranger/readme.ts'

// What README.md shows is run as it stands there.

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'edge-dlp-readme-'))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

test('each policy is one', () => {
  const policies = blocks('json')
  expect(policies.length).toBeGreaterThan(0)
  for (const text of policies) compilePolicy(parsePolicy(text), placedRules, '')
})

test('the program compiles against the package and does what is said', async () => {
  const file = join(scratch, 'example.mjs')
  const { warnings } = await build({
    entryPoints: [writeExample(scratch)],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    // As the package's own entry; what is packed of it: test/end-to-end/package.test.ts and `npm run test:stranger`.
    alias: { 'edge-dlp': join(root, 'src/index.ts') },
    nodePaths: [join(root, 'node_modules')],
    outfile: file,
    logLevel: 'silent',
  })
  expect(warnings).toEqual([])
  const { fetch } = globalThis
  try {
    await import(pathToFileURL(file).href)
  } finally {
    globalThis.fetch = fetch
  }
})

describe('the commands', () => {
  test('each npm script there is', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    const named = commands.flatMap(
      (line) => /npm (start|test|run (?:-s )?[\w:-]+)/.exec(line)?.[1].replace(/^run (?:-s )?/, '') ?? [],
    )
    expect(named.length).toBeGreaterThan(5)
    for (const name of named) expect(Object.keys(scripts)).toContain(name)
  })

  const run: RunDlp = (args, input = '') => {
    const { status, stdout } = spawnSync('npm', ['run', '-s', 'dlp', '--', ...args], { cwd: root, input, encoding: 'utf8' })
    return { code: status ?? -1, out: stdout }
  }

  test.each(commands.filter((line) => line.startsWith('npm run -s dlp')))('%s', (line) => tryDlpCommand(line, run, scratch))
})

test('each file of the project it names is there', () => {
  const files = [...readme.matchAll(/`((?:docs|src|test|adapters|demo|rules)\/[\w./-]+|[\w.-]+\.(?:toml|schema\.json))`/g)].map(
    ([, file]) => file,
  )
  expect(files.length).toBeGreaterThan(3)
  for (const file of files) expect([file, existsSync(join(root, file))]).toEqual([file, true])
})
