import { readFileSync } from 'node:fs'

/** README.md as far as a machine reads it. */
export const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

/** The fenced blocks of a language, in order; of none: '' (what is typed into a shell, and pictures). */
export const blocks = (language: string): string[] =>
  [...readme.matchAll(/^```(\w*)\n(.*?)^```/gms)].filter(([, named]) => named === language).map(([, , text]) => text)

/** The commands a reader types, in order, without the remarks behind them. */
export const commands: readonly string[] = blocks('')
  .flatMap((text) => text.split('\n'))
  .filter((line) => /^(?:[A-Z_]+=\S+ )*np[mx] /.test(line))
  .map((line) => line.replace(/ {2,}.*$/, '').trim())
