import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseStart } from '../../tools/new-rule.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs/add-a-rule.md'), 'utf8')
const listing = (name: string) => new RegExp(`\`\`\`ts ${name}\n([^]*?)\`\`\``).exec(page)?.[1]
const RULE = 'rules/identity/nl/nl-bsn.ts'
const CHECK = 'src/evidence/validators/nl-bsn.ts'

describe('docs/add-a-rule.md', () => {
  it('lists the rule and its check as they are', () => {
    expect(listing('rule')).toBe(readFileSync(join(root, RULE), 'utf8'))
    expect(listing('check')).toBe(readFileSync(join(root, CHECK), 'utf8'))
  })

  describe('in a copy of the project without that rule', () => {
    let copy: string
    const command = /^npm run new:rule -- (.*)$/m.exec(page)![1].split(' ')
    const start = (...args: string[]) =>
      spawnSync(process.execPath, [join(copy, 'tools/new-rule.ts'), ...args], { encoding: 'utf8', cwd: copy })
    const read = (path: string) => readFileSync(join(copy, path), 'utf8')

    beforeAll(() => {
      copy = mkdtempSync(join(tmpdir(), 'edge-dlp-rule-'))
      for (const folder of ['rules', 'src', 'tools']) cpSync(join(root, folder), join(copy, folder), { recursive: true })
      cpSync(join(root, 'package.json'), join(copy, 'package.json'))
      rmSync(join(copy, RULE))
      rmSync(join(copy, CHECK))
    })
    afterAll(() => rmSync(copy, { recursive: true, force: true }))

    it('its command writes what it shows, and the indexes', () => {
      const { status, stdout, stderr } = start(...command)
      expect(stderr).toBe('')
      expect(status).toBe(0)
      expect(stdout).toContain(`written: ${RULE}`)
      expect(read(RULE)).toBe(listing('start'))
      expect(read('rules/index.ts')).toContain("from './identity/nl/nl-bsn.ts'")
      expect(read('src/core/validator-id.ts')).toContain("| 'nl-bsn'")
      expect(read('src/evidence/validators/index.ts')).toContain("from './nl-bsn.ts'")
      expect(read('src/core/mark-types.ts')).toContain("'NL_BSN'")
      // the project reads it
      const count = execFileSync(
        process.execPath,
        [
          '-e',
          "import('./rules/index.ts').then((m) => process.stdout.write(String(m.placedRules.some((p) => p.rule.id === 'nl-bsn'))))",
        ],
        { encoding: 'utf8', cwd: copy },
      )
      expect(count).toBe('true')
    })

    it('nothing is overwritten', () => {
      const { status, stderr } = start(...command)
      expect(status).toBe(1)
      expect(stderr).toContain('already')
    })
  })
})

describe('what the arguments may be', () => {
  it.each([
    [['nl-bsn'], { id: 'nl-bsn', group: 'identity/nl', label: 'nl_bsn', validator: false }],
    [['acme-token', '--validator'], { id: 'acme-token', group: 'credentials', label: 'acme_token', validator: true }],
    [['card-pin', '--group', 'payment', '--label', 'pin'], { id: 'card-pin', group: 'payment', label: 'pin', validator: false }],
  ])('%j', (args, expected) => expect(parseStart(args)).toEqual(expected))
  it.each([
    [[]],
    [['Bsn']],
    [['bsn']],
    [['nl-bsn', 'nl-kvk']],
    [['card-pin']],
    [['card-pin', '--group', '../x']],
    [['nl-bsn', '--label', 'NL BSN']],
    [['nl-bsn', '--what']],
  ])('%j is told what would be right', (args) => expect(parseStart(args)).toEqual(expect.any(String)))
})
