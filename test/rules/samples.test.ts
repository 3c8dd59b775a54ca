import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { MARK_TYPES } from '../../src/core/mark-types.ts'
import { parseMarked } from '../support/marked.ts'
import { createTextScan } from '../support/scan-text.ts'

const scan = createTextScan()

/** Spans of `rule` from medium on, in the bytes' own text. */
function spansOf(index: number, bytes: Uint8Array): { start: number; end: number }[] {
  return scan(bytes)
    .filter((finding) => finding.rule === index && finding.confidence !== 'low')
    .map(({ start, end }) => ({ start, end }))
}

describe.each(placedRules.map(({ group, rule }, index) => ({ selector: `${group}/${rule.id}`, rule, index })))(
  '$selector',
  ({ rule, index }) => {
    it('brings samples of both kinds, a title, and a source', () => {
      expect(rule.samples.find.length).toBeGreaterThanOrEqual(2)
      expect(rule.samples.ignore.length).toBeGreaterThanOrEqual(3)
      expect(rule.samples.find.every((sample) => sample.includes('⟦'))).toBe(true)
      expect(rule.title).not.toBe('')
      expect(rule.source).not.toBe('')
      expect(rule.id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    })

    it.each(rule.samples.find)('finds exactly the marked value: %j', (sample) => {
      const { bytes, spans } = parseMarked(sample)
      expect(spansOf(index, bytes)).toEqual(spans)
    })

    it.each(rule.samples.ignore)('finds nothing: %j', (sample) => {
      expect(spansOf(index, new TextEncoder().encode(sample))).toEqual([])
    })

    it('finds nothing new once its findings are redacted', () => {
      for (const sample of [...rule.samples.find, ...rule.samples.ignore]) {
        const { bytes } = parseMarked(sample)
        expect(scan(redact(bytes)).filter(({ confidence }) => confidence !== 'low')).toEqual([])
      }
    })
  },
)

/** Every finding from medium on replaced by its mark; overlapping ones as one. */
function redact(bytes: Uint8Array): Uint8Array {
  const decoder = new TextDecoder()
  let out = ''
  let at = 0
  const findings = scan(bytes).filter(({ confidence }) => confidence !== 'low')
  for (let i = 0; i < findings.length; ) {
    const { start, rule } = findings[i]
    let end = findings[i].end
    while (++i < findings.length && findings[i].start < end) end = Math.max(end, findings[i].end)
    out += `${decoder.decode(bytes.subarray(at, start))}[redacted:${placedRules[rule].rule.label.toUpperCase()}]`
    at = end
  }
  return new TextEncoder().encode(out + decoder.decode(bytes.subarray(at)))
}

describe('the tree of rules', () => {
  it('is sorted by selector and has no id twice', () => {
    const selectors = placedRules.map(({ group, rule }) => `${group}/${rule.id}`)
    expect(selectors).toEqual([...selectors].sort())
    expect(new Set(placedRules.map(({ rule }) => rule.id)).size).toBe(placedRules.length)
  })

  it('has a mark type for every label, and no other', () => {
    expect(MARK_TYPES).toEqual([...new Set(placedRules.map(({ rule }) => rule.label.toUpperCase()))].sort())
  })
})
