import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openPolicyText } from '../../../src/policy/bundle.ts'
import { parseBundleKeys } from '../../../src/policy/signature.ts'
import { subtle } from '../../support/bundles.ts'
import { edgeDlp } from '../../support/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const policy = { mode: 'enforce', request: { payment: 'redact' } }
const policyFile = file('policy.json', JSON.stringify(policy))

/** The two keys that `--new-key` prints. */
function newKey(kind: string) {
  const { stdout, status } = edgeDlp(['bundle', '--new-key', kind])
  expect(status).toBe(0)
  return Object.fromEntries(stdout.trim().split('\n').map((line) => line.split(' ') as [string, string])) // biome-ignore format: one line
}

describe('edge-dlp bundle', () => {
  it('signs with each key what the edge takes up, and verifies it', async () => {
    const ed = newKey('ed25519')
    const hmac = newKey('hmac')
    const key = file('keys', `${ed.EDGE_DLP_SIGNING_KEY}\n${hmac.EDGE_DLP_SIGNING_KEY}\n`)
    const out = join(folder, 'bundle')
    const args = ['--policy', policyFile, '--version', '7', '--not-after', '30d', '--kill', '--key', key, '--out', out]
    expect(edgeDlp(['bundle', ...args])).toEqual({ status: 0, stdout: '', stderr: '' })
    const text = readFileSync(out, 'utf8')
    for (const { POLICY_KEY } of [ed, hmac]) {
      const { bundle } = await openPolicyText(text, parseBundleKeys(POLICY_KEY, ''), subtle)
      expect(bundle).toMatchObject({ version: 7, kill: true, policy })
      const { status, stdout } = edgeDlp(['bundle', '--verify', out], { env: { POLICY_KEY } })
      expect(stdout).toMatch(/^version 7, issued 20.*, until 20.*, kill switch on\n$/)
      expect(status).toBe(0)
    }
    const { status, stderr } = edgeDlp(['bundle', '--verify', out], { env: { POLICY_KEY: newKey('ed25519').POLICY_KEY } })
    expect([status, stderr]).toEqual([2, expect.stringMatching(/no signature is right/)])
  })

  it('numbers a bundle by the time where no version is given, takes a policy from standard input and a key from the environment', () => {
    const env = { EDGE_DLP_SIGNING_KEY: newKey('hmac').EDGE_DLP_SIGNING_KEY }
    const { stdout } = edgeDlp(['bundle', '--policy', '-'], { input: JSON.stringify(policy), env })
    const { version } = JSON.parse(stdout.slice(stdout.indexOf('\n'))) as { version: number }
    expect(Math.abs(version - Date.now() / 1000)).toBeLessThan(60)
  })

  it.each([
    ['no policy', [], /--policy FILE is needed/],
    ['no key', ['--policy', policyFile], /a key is needed/],
    ['a key that is none', ['--policy', policyFile, '--key', file('bad', 'ed25519-private:abcd')], /a signing key is/],
    ['a broken policy', ['--policy', file('broken.json', '{"mod":1}')], /mod: there is no such option/],
    ['an unknown rule', ['--policy', file('rule.json', '{"request":{"payment/none":"redact"}}')], /payment\/none/],
    ['a time that is none', ['--policy', policyFile, '--not-after', 'soon'], /--not-after: a time such as/],
    ['a version that is none', ['--policy', policyFile, '--version', '1.5'], /--version: a whole number/],
  ])('refuses %s', (_, args, message) => {
    const { status, stdout, stderr } = edgeDlp(['bundle', ...args])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})
