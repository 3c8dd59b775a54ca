import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { edgeDlp } from '../../support/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-suppress-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, value: unknown) => {
  writeFileSync(join(folder, name), typeof value === 'string' ? value : JSON.stringify(value))
  return join(folder, name)
}
const policy = { mode: 'enforce', request: { payment: 'redact' }, routes: [{ name: 'orders', match: { path: '/orders*' } }] }
const args = ['--rule', 'payment', '--route', 'orders', '--path', '/id', '--reason', 'order numbers', '--expires', '30d']

describe('edge-dlp suppress', () => {
  it('adds one to a policy, and lists it; an expired one is an exit of 1', () => {
    const name = file('policy.json', policy)
    expect(edgeDlp(['suppress', name, ...args])).toEqual({ status: 0, stdout: '', stderr: '' })
    const written = JSON.parse(readFileSync(name, 'utf8'))
    expect(written).toEqual({
      ...policy,
      suppressions: [{ rule: 'payment', route: 'orders', path: '/id', reason: 'order numbers', expires: expect.any(String) }],
    })
    const listed = edgeDlp(['suppress', '--list', name])
    expect(listed).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^until 20.* payment, route orders, path \/id: order numbers\n$/),
    })
    written.suppressions.push({ rule: 'payment', path: '', reason: 'a test', expires: '2020-01-01' })
    const over = edgeDlp(['suppress', '--list', file('old.json', written)])
    expect(over.status).toBe(1)
    expect(over.stdout).toContain('EXPIRED 2020-01-01  payment, path (all of a text): a test')
  })

  it('adds one to a signed bundle, which is verified, and signed anew under a higher version', () => {
    const keys = Object.fromEntries(edgeDlp(['bundle', '--new-key', 'hmac']).stdout.trim().split('\n').map((line) => line.split(' ') as [string, string])) // biome-ignore format: one line
    const name = join(folder, 'bundle')
    edgeDlp(['bundle', '--policy', file('p.json', policy), '--version', '5', '--kill', '--out', name], { env: keys })
    expect(edgeDlp(['suppress', name, ...args], { env: keys }).stderr).toBe('')
    const { status, stdout } = edgeDlp(['bundle', '--verify', name], { env: keys })
    expect(status).toBe(0)
    expect(Number(/^version (\d+)/.exec(stdout)![1])).toBeGreaterThan(1_700_000_000)
    expect(stdout).toContain('kill switch on')
    expect(edgeDlp(['suppress', '--list', name], { env: keys }).stdout).toContain('route orders')
    writeFileSync(name, readFileSync(name, 'utf8').replace('order numbers', 'other numbers'))
    const forged = edgeDlp(['suppress', name, ...args], { env: keys })
    expect([forged.status, forged.stderr]).toEqual([2, expect.stringMatching(/no signature is right/)])
  })

  it.each([
    ['no file', args, /takes one FILE/],
    ['no reason', [file('a.json', policy), ...args.slice(0, 6), '--expires', '30d'], /--reason/],
    ['an unknown route', [file('b.json', policy), ...args, '--route', 'order'], /there is no route of this name/],
    ['nothing that narrows it', [file('c.json', policy), '--rule', 'payment', ...args.slice(6)], /at least one of route, path/],
    ['a time that is over', [file('d.json', policy), ...args, '--expires', '2020-01-01'], /--expires: is over/],
  ])('refuses %s, and leaves the file', (_, given, message) => {
    const { status, stderr } = edgeDlp(['suppress', ...given])
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    if (given[0].endsWith('.json')) expect(JSON.parse(readFileSync(given[0], 'utf8'))).toEqual(policy)
  })
})
