import { describe, expect, it } from 'vitest'
import { placedRules } from '../../rules/index.ts'
import { ConfigError } from '../../src/core/errors.ts'
import { ruleSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import { decodeTables } from '../../src/scanner/compile/decode.ts'
import { encodeTables } from '../../src/scanner/compile/encode.ts'
import { checksum, HEADER_BYTES, VERSION } from '../../src/scanner/compile/format.ts'
import { Random } from '../support/random.ts'
import { kernelsWith } from './kernels.ts'

const sources = ruleSources(placedRules)
const small = [
  { id: 'mail', pattern: '(?<![a-z])[a-z]{1,64}@[a-z]{2,9}\\b' },
  { id: 'run', pattern: 'x[a-c-]{3,90}\\b' },
  { id: 'words', pattern: '(?i:alpha|beta|gamma) ?= ?[0-9]{2,4}(?![0-9])' },
]

describe('tables as bytes', () => {
  it('come back as they were', () => {
    for (const rules of [sources, small]) {
      const tables = compileRules(rules)
      expect(decodeTables(encodeTables(tables))).toEqual(tables)
    }
  })

  it('are the same bytes for the same rules', () => {
    expect(encodeTables(compileRules(sources))).toEqual(encodeTables(compileRules(sources)))
  })

  it('are read wherever they lie in a buffer', () => {
    const bytes = encodeTables(compileRules(small))
    const shifted = new Uint8Array(bytes.length + 7)
    shifted.set(bytes, 3)
    expect(decodeTables(shifted.subarray(3, 3 + bytes.length))).toEqual(compileRules(small))
  })

  it('are refused when cut or lengthened', () => {
    const bytes = encodeTables(compileRules(small))
    for (let length = 0; length < bytes.length; length += length < 64 ? 1 : 97) {
      expect(() => decodeTables(bytes.subarray(0, length))).toThrow(ConfigError)
    }
    expect(() => decodeTables(Uint8Array.from([...bytes, 0]))).toThrow(ConfigError)
  })

  it('are refused when damaged, or of another version, by name', () => {
    const bytes = encodeTables(compileRules(small))
    for (let at = 0; at < bytes.length; at += 101) {
      const damaged = bytes.slice()
      damaged[at] ^= 0x10
      expect(() => decodeTables(damaged)).toThrow(expect.objectContaining({ code: 'bad-tables', option: 'tables' }))
    }
    const newer = bytes.slice()
    newer[4] = VERSION + 1
    expect(() => decodeTables(newer)).toThrow(`version ${VERSION + 1}, this build reads ${VERSION}`)
  })

  it('that are damaged and pass their checksum are refused, or scan without leaving their arrays', () => {
    const random = new Random(11)
    const bytes = encodeTables(compileRules(small))
    const kernels = kernelsWith({ walkStepsPerByte: 4 })
    const text = new TextEncoder().encode('x abc@de.f alpha = 12 xaaa-bbb- BETA=7777 '.repeat(20))
    let refused = 0
    let ran = 0
    for (let round = 0; round < 3000; round++) {
      const forged = bytes.slice()
      // The header, the rules and their states come first: most changes go there.
      const reach = random.chance(0.8) ? 4000 : bytes.length
      for (let i = random.int(1, 3); i > 0; i--) forged[random.int(HEADER_BYTES, reach - 1)] = random.int(0, 255)
      new DataView(forged.buffer).setUint32(12, checksum(forged, HEADER_BYTES), true)
      let tables: ReturnType<typeof decodeTables>
      try {
        tables = decodeTables(forged)
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError)
        refused++
        continue
      }
      ran++
      const session = kernels[round % kernels.length].open(tables)
      for (let at = 0; at < text.length; at += 300) {
        for (const { rule, start, end } of session.feed(text.subarray(at, at + 300), at + 300 >= text.length).candidates) {
          if (!(rule < 3 && start >= 0 && start <= end && end <= text.length)) expect.fail('a candidate outside the text')
        }
      }
    }
    expect(refused).toBeGreaterThan(100)
    expect(ran).toBeGreaterThan(100)
  })

  it('tell what each rule costs', () => {
    const [mail, run] = compileRules(small).costs
    expect(mail).toMatchObject({ id: 'mail', minLength: 4, maxLength: 74, maxSteps: 12 })
    expect(run).toMatchObject({ id: 'run', minLength: 4, maxLength: 91 })
    expect(mail.candidatesPerKB).toBeGreaterThan(0)
  })
})
