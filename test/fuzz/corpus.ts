import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Failure } from './loop.ts'

/**
 * Kept inputs of a target, corpus/NAME/: `kept.jsonl`, an input a line as a JSON string of a character a byte; and each failure that was met,
 * minimised, with the seed of its execution and what did not hold: `found-….json`.
 */
const folder = fileURLToPath(new URL('corpus', import.meta.url))

export const spell = (input: Uint8Array) =>
  JSON.stringify(Buffer.from(input).toString('latin1')).replace(
    /[\x7f-\xff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
const read = (line: string): Uint8Array => Uint8Array.from(Buffer.from(JSON.parse(line) as string, 'latin1'))

export function keptInputs(name: string): Uint8Array[] {
  const file = join(folder, name, 'kept.jsonl')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map(read) : []
}

export function keepInputs(name: string, inputs: readonly Uint8Array[]): void {
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, 'kept.jsonl'), `${inputs.map(spell).join('\n')}\n`)
}

export function foundInputs(name: string): { file: string; input: Uint8Array; seed: number }[] {
  if (!existsSync(join(folder, name))) return []
  return readdirSync(join(folder, name))
    .filter((file) => file.startsWith('found-'))
    .map((file) => {
      const { input, seed } = JSON.parse(readFileSync(join(folder, name, file), 'utf8')) as { input: string; seed: number }
      return { file, input: Uint8Array.from(Buffer.from(input, 'latin1')), seed }
    })
}

/** Writes a failure down; answers its file. */
export function keepFailure(name: string, { input, seed, message }: Failure): string {
  mkdirSync(join(folder, name), { recursive: true })
  let hash = 0
  for (const byte of input) hash = (Math.imul(hash, 31) + byte) | 0
  const file = join(folder, name, `found-${(hash >>> 0).toString(16).padStart(8, '0')}.json`)
  const what = message.split('\n')[0].slice(0, 120)
  writeFileSync(file, `{\n  "what": ${JSON.stringify(what)},\n  "seed": ${seed},\n  "input": ${spell(input)}\n}\n`)
  return file
}
