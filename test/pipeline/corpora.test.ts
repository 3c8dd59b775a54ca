import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { DEFAULT_LIMITS } from '../../src/core/limits.ts'
import { Inspector, type Reading } from '../../src/pipeline/inspector.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { Random } from '../support/random.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { engine, inspectBody } from './inspect-body.ts'

// The promises on text that others wrote: the same for every cut, nothing released early, idempotent, trees kept.

/** All texts but benign files of kinds that are large and alike; short ones are cut at every byte. */
const SHORT = 512
const DEEP = process.env.DEEP === '1'

const bodies: Uint8Array[] = []
const longer: Uint8Array[] = []
if (existsSync(sharedPath('corpora'))) {
  const seen = new Set<string>()
  for (const file of readdirSync(sharedPath('corpora')).sort()) {
    if (!file.endsWith('.jsonl')) continue
    for (const line of readFileSync(sharedPath('corpora', file), 'utf8').trim().split('\n')) {
      const { text } = JSON.parse(line) as { text: string }
      if (seen.has(text)) continue
      seen.add(text)
      const body = new TextEncoder().encode(text)
      ;(body.length <= SHORT ? bodies : longer).push(body)
    }
  }
}

const plan = compilePolicy({ mode: 'enforce', request: { '*': 'redact' } }, placedRules, 'test').plan({
  side: 'request',
  method: 'POST',
  host: '',
  path: '/',
  contentType: '',
})
const readingOf = (body: Uint8Array): Reading => (body[0] === 0x7b || body[0] === 0x5b ? 'json' : 'text')
const NOTHING = new Uint8Array(0)

/** What is wrong with the run over these windows, compared with the whole run; '' when nothing is. */
function compare(windows: readonly Uint8Array[], reading: Reading, whole: { output: Buffer; findings: string }): string {
  const inspector = new Inspector({ engine, plan, limits: DEFAULT_LIMITS, reading, onBlock: 'redact' })
  let at = 0
  const take = () => {
    for (const piece of inspector.take() as Uint8Array[]) {
      if (!whole.output.subarray(at, at + piece.length).equals(piece)) return 'a byte left that the whole run edits'
      at += piece.length
    }
    return ''
  }
  for (const window of windows) {
    inspector.push(window, false)
    const fault = take()
    if (fault !== '') return fault
  }
  inspector.push(NOTHING, true)
  return (
    take() ||
    (at !== whole.output.length ? 'less left than of the whole run' : '') ||
    (JSON.stringify(inspector.records) === whole.findings ? '' : 'other findings')
  )
}

function wholeOf(body: Uint8Array, reading: Reading) {
  const { output, findings } = inspectBody(body, reading)
  return { output: Buffer.from(output), findings }
}

describeShared('the development corpora', () => {
  test(`every single cut of each of the ${bodies.length} bodies up to ${SHORT} bytes`, { timeout: 300_000 }, () => {
    expect(bodies.length).toBeGreaterThan(8000)
    const faults: string[] = []
    bodies.forEach((body, index) => {
      const reading = readingOf(body)
      const whole = wholeOf(body, reading)
      for (let at = 1; at < body.length; at++) {
        const fault = compare([body.subarray(0, at), body.subarray(at)], reading, whole)
        if (fault !== '') faults.push(`body ${index} cut at ${at}: ${fault}`)
      }
    })
    expect(faults.slice(0, 20)).toEqual([])
  })

  test('one byte at a time, the short ones', { timeout: 300_000 }, () => {
    const faults: string[] = []
    bodies.forEach((body, index) => {
      const reading = readingOf(body)
      const bytewise = Array.from(body, (_, i) => body.subarray(i, i + 1))
      const fault = compare(bytewise, reading, wholeOf(body, reading))
      if (fault !== '') faults.push(`body ${index}: ${fault}`)
    })
    expect(faults.slice(0, 20)).toEqual([])
  })

  test('seeded cuts of the longer ones', { timeout: 300_000 }, () => {
    const random = new Random(20261128)
    const faults: string[] = []
    // The long tail of the benign files is megabytes of the same kind; the first 64 KiB of each stand for it.
    longer.forEach((all, index) => {
      const body = DEEP ? all : all.subarray(0, 64 << 10)
      const reading = readingOf(body)
      const whole = wholeOf(body, reading)
      for (const longest of DEEP ? [1, 7, 64, 300, 4096, 4096] : [body.length < 4096 ? 7 : 300, 4096]) {
        const fault = compare(random.cut(body, longest), reading, whole)
        if (fault !== '') faults.push(`longer body ${index}, pieces up to ${longest}: ${fault}`)
      }
    })
    expect(faults.slice(0, 20)).toEqual([])
  })

  test.each(['redact', 'mask', 'hash', 'drop'] as const)('a second pass changes nothing: %s', { timeout: 300_000 }, (action) => {
    const policy = { mode: 'enforce' as const, request: { '*': action } }
    const changed: number[] = []
    bodies.forEach((body, index) => {
      const reading = readingOf(body)
      const once = inspectBody(body, reading, undefined, policy).output
      if (!Buffer.from(inspectBody(once, reading, undefined, policy).output).equals(Buffer.from(once))) changed.push(index)
    })
    expect(changed).toEqual([])
  })

  test('a body without findings leaves byte for byte; JSON and forms read to the same tree but for what was edited', () => {
    let edited = 0
    for (const body of bodies) {
      const reading = readingOf(body)
      const { output, edits } = inspectBody(body, reading)
      if (edits === 0) expect(Buffer.from(output).equals(body)).toBe(true)
      const text = Buffer.from(body).toString()
      // Wrapped, so that each text stands in JSON and in a form among leaves that must not change.
      const document = JSON.stringify({ id: 7, list: [1.5, text, null], deep: { text, big: 'kept' } })
      const json = Buffer.from(inspectBody(Buffer.from(document), 'json').output).toString()
      edited += sameTree(JSON.parse(document), JSON.parse(json))
      const form = new URLSearchParams([
        ['a', 'kept & so on'],
        ['b', text],
        ['c', ''],
      ]).toString()
      const scrubbed = [...new URLSearchParams(Buffer.from(inspectBody(Buffer.from(form), 'form').output).toString())]
      edited += sameTree([...new URLSearchParams(form)], scrubbed)
    }
    expect(edited).toBeGreaterThan(1000)
  })
})

/** Throws where two trees differ in anything but a leaf that an edit has marked; answers how many those are. */
function sameTree(before: unknown, after: unknown): number {
  if (typeof before === 'object' && before !== null) {
    const [names, left] = [Object.keys(before), Object.keys(after as object)]
    // Compared first: there are some hundred thousand of them.
    if (JSON.stringify(left) !== JSON.stringify(names)) expect(left).toEqual(names)
    return Object.entries(before).reduce(
      (sum, [name, value]) => sum + sameTree(value, (after as Record<string, unknown>)[name]),
      0,
    )
  }
  if (before === after) return 0
  expect(String(after)).toContain('[redacted:')
  return 1
}
