import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { toRegexSource } from '../../../src/scanner/compile/export.ts'
import type { BenchRule } from '../prototype-rules.ts'

const folder = join(import.meta.dirname, 'native')
const built = join(import.meta.dirname, '../../../dist/bench')

/** A native engine in a process of its own, which answers commands line by line (native/hyperscan.c says which). */
export class NativeEngine {
  readonly #process: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>

  private constructor(program: string, patterns: string) {
    this.#process = spawn(program, [patterns])
    this.#process.stderr.pipe(process.stderr)
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** The engine with the bodies of these rules: neither knows guards. */
  static async start(program: string, name: string, rules: readonly BenchRule[]): Promise<NativeEngine> {
    const patterns = join(built, `${name}-${rules.length}.txt`)
    writeFileSync(patterns, rules.map((rule) => `${toRegexSource(rule)}\n`).join(''))
    const engine = new NativeEngine(program, patterns)
    if ((await engine.#line()) !== 'ready') throw new Error(`${name} did not take the patterns`)
    return engine
  }

  async #line(): Promise<string> {
    const { value, done } = await this.#lines.next()
    if (done) throw new Error('the native engine ended')
    return value
  }

  /** Nanoseconds of one scan, and what it found. */
  async scan(file: string, times: number): Promise<{ ns: number; matches: number }> {
    this.#process.stdin.write(`scan ${file} ${times}\n`)
    const [ns, matches] = (await this.#line()).split(' ').map(Number)
    return { ns: ns / times, matches }
  }

  async matches(file: string): Promise<number[][]> {
    this.#process.stdin.write(`matches ${file}\n`)
    const all: number[][] = []
    for (let line = await this.#line(); line !== ''; line = await this.#line()) all.push(line.split(' ').map(Number))
    return all
  }

  stop(): void {
    this.#process.stdin.end()
  }
}

/** Builds a native program; undefined, and why, where its compiler or library is not installed. */
export function buildNative(name: 'hyperscan' | 'regex-automata'): { program: string } | { skipped: string } {
  mkdirSync(built, { recursive: true })
  try {
    if (name === 'hyperscan') {
      const program = join(built, 'hyperscan')
      execFileSync('cc', ['-O2', '-o', program, join(folder, 'hyperscan.c'), '-lhs'], { stdio: 'pipe' })
      return { program }
    }
    const home = join(homedir(), '.cargo/bin/cargo')
    const target = join(built, 'regex-automata')
    execFileSync(
      existsSync(home) ? home : 'cargo',
      ['build', '--release', '--manifest-path', join(folder, 'regex-automata/Cargo.toml'), '--target-dir', target],
      { stdio: 'pipe' },
    )
    return { program: join(target, 'release/bench-regex-automata') }
  } catch (error) {
    const what = name === 'hyperscan' ? 'a C compiler and libhyperscan-dev' : 'cargo'
    return { skipped: `${name}: needs ${what} (${String((error as Error).message).split('\n')[0]})` }
  }
}
