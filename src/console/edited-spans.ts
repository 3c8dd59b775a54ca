import type { Span } from '../core/words.ts'

/**
 * Where the edits of `spans` (of `before`, in order) stand in `after`. Edits are splices, so the texts between them are the same in both:
 * each is looked for behind the one before. Where that does not come out (a dropped value goes with its quotes, a packed document is written
 * anew) it is one run, from the first difference to the last.
 */
export function editedSpans(before: string, after: string, spans: readonly Span[]): Span[] {
  return spliced(before, after, spans) ?? [difference(before, after)]
}

function difference(before: string, after: string): Span {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start++
  let same = 0
  while (same < most - start && before[before.length - 1 - same] === after[after.length - 1 - same]) same++
  return { start, end: after.length - same }
}

function spliced(before: string, after: string, spans: readonly Span[]): Span[] | undefined {
  const merged: { start: number; end: number }[] = []
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  if (merged.length === 0) return undefined
  const out: Span[] = []
  let source = 0
  let at = 0
  for (let i = 0; i < merged.length; i++) {
    const { start, end } = merged[i]
    const lead = before.slice(source, start)
    if (!after.startsWith(lead, at)) return undefined
    const from = at + lead.length
    const last = i === merged.length - 1
    const gap = before.slice(end, last ? undefined : merged[i + 1].start)
    const to = last ? after.length - gap.length : gap === '' ? from : after.indexOf(gap, from)
    if (to < from || (last && !after.endsWith(gap))) return undefined
    out.push({ start: from, end: to })
    source = end
    at = to
  }
  return out
}
