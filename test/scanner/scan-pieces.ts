import type { RuleTables } from '../../src/scanner/compile/tables.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'

/** All matches over the pieces, as `rule:start-end`, sorted; checks that `settled` was kept and that windows may be reused. */
export function scanPieces(kernel: Kernel, tables: RuleTables, pieces: readonly Uint8Array[]): string[] {
  const session = kernel.open(tables)
  const found: string[] = []
  let settled = 0
  let fed = 0
  const parts = pieces.length === 0 ? [new Uint8Array(0)] : pieces
  parts.forEach((piece, i) => {
    const scratch = piece.slice()
    const result = session.feed(scratch, i === parts.length - 1)
    fed += piece.length
    for (const { rule, start, end } of result.candidates) {
      if (start < settled) throw new Error(`a match at ${start} came after ${settled} was settled`)
      found.push(`${rule}:${start}-${end}`)
    }
    if (result.settled < settled || result.settled > fed) {
      throw new Error(`settled went from ${settled} to ${result.settled} of ${fed}`)
    }
    settled = result.settled
    scratch.fill(0xff)
  })
  if (settled !== fed) throw new Error(`settled ${settled} of ${fed} at the end`)
  return found.sort()
}
