import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { ConfigError } from '../../src/core/errors.ts'
import type { RuleDefinition } from '../../src/core/rule.ts'
import { createEvidence } from '../../src/evidence/assess.ts'
import { INDEXES, ruleSelectors } from '../../tools/write-index.ts'

describe('the written indexes', () => {
  it.each(INDEXES)('$path is up to date (npm run build:rules)', ({ path, text }) => {
    expect(readFileSync(path, 'utf8')).toBe(text())
  })

  it('place each rule where its file is', () => {
    expect(placedRules.map(({ group, rule }) => `${group}/${rule.id}`)).toEqual(ruleSelectors())
  })

  it('refuse a validator that no file holds, when types are checked and when rules come as data', () => {
    const base = {
      id: 'x',
      label: 'x',
      title: 'x',
      source: 'x',
      pattern: 'x',
      confidence: 'high',
      samples: { find: [], ignore: [] },
    } as const
    // @ts-expect-error the union of validator ids does not have it
    const rule: RuleDefinition = { ...base, validator: 'no-such-check' }
    expect(() => createEvidence([{ group: 'x', rule }])).toThrow(ConfigError)
  })
})
