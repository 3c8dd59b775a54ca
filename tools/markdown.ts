/** A table as the formatter of this project leaves it: text to the left, columns from `figures` on to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], figures = head.length): string {
  const lengthOf = (cell: string) => [...cell].length
  const widths = head.map((cell, column) => Math.max(3, lengthOf(cell), ...rows.map((row) => lengthOf(row[column]))))
  const pad = (cell: string, column: number) => {
    const blanks = ' '.repeat(widths[column] - lengthOf(cell))
    return column < figures ? cell + blanks : blanks + cell
  }
  const rule = widths.map((width, column) => (column < figures ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [head.map(pad), rule, ...rows.map((row) => row.map(pad))].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
