import { gzipSync } from 'node:zlib'
import { createNodeKernel } from '../../../adapters/node/wasm-kernel.ts'
import { compileRules } from '../../../src/scanner/compile/compile.ts'
import { encodeTables } from '../../../src/scanner/compile/encode.ts'
import { committedKernel } from '../../../tools/build-kernel.ts'
import { hold, median } from '../figures.ts'
import type { BenchRule } from '../prototype-rules.ts'
import { loadAtStartup } from '../startup.ts'
import { benignTexts } from './texts.ts'

const timesOf = (count: number, run: () => void): number[] =>
  Array.from({ length: count }, () => {
    const started = performance.now()
    run()
    return performance.now() - started
  })

/** Small bodies, compiling, loading, size. */
export function smallFigures(
  rules63: readonly BenchRule[],
  rules300: readonly BenchRule[],
  rules1000: readonly BenchRule[],
): object {
  const compile300 = median(timesOf(3, () => compileRules(rules300)))
  const compile1000 = median(timesOf(3, () => compileRules(rules1000)))
  hold('compiling 300 rules, ms', compile300, { atMost: 500 })
  hold('compiling 1,000 rules, ms', compile1000, { atMost: 2000 })
  const bytes = encodeTables(compileRules(rules300))
  const load300 = loadAtStartup(bytes)
  hold('loading 300 compiled rules at start-up of a Worker, median of 5 profiles, ms', load300, { atMost: 5 })
  const kib = (gzipSync(bytes).length + gzipSync(committedKernel('kernel.wasm')).length) / 1024
  hold('kernel and 300 rules, KiB gzip', kib, { atMost: 250 })

  const session = createNodeKernel('simd').open(compileRules(rules63))
  const text = benignTexts().find(({ name }) => name === 'json')!.bytes
  const body = (size: number): number => {
    const each = timesOf(7, () => {
      for (let i = 0; i < 2000; i++) {
        const at = (i * 97) % 100_000
        session.reset()
        session.feed(text.subarray(at, at + size), true)
      }
    })
    return (median(each) / 2000) * 1000
  }
  const micros = { 16: body(16), 64: body(64), 256: body(256), 1024: body(1024) }
  hold('a body of 1 KB, microseconds', micros[1024], { atMost: 5 })
  const single =
    (median(
      timesOf(5, () => {
        session.reset()
        for (let i = 0; i < 16_384; i++) session.feed(text.subarray(i, i + 1), i === 16_383)
      }),
    ) /
      16_384) *
    1e6
  process.stdout.write(`      a field of 16 bytes ${micros[16].toFixed(2)} us; a chunk of one byte ${single.toFixed(0)} ns\n`)
  return { compile300, compile1000, load300, kib, micros, oneByteChunkNs: single }
}
