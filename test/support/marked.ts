/** A text with its values marked `⟦…⟧`, as rule samples write them: the text without marks, and the spans in UTF-8 bytes. */
export function parseMarked(marked: string): { bytes: Uint8Array; spans: { start: number; end: number }[] } {
  const encoder = new TextEncoder()
  const spans: { start: number; end: number }[] = []
  let at = 0
  let open = -1
  for (const part of marked.split(/([⟦⟧])/)) {
    if (part === '⟦') open = at
    else if (part === '⟧') spans.push({ start: open, end: at })
    else at += encoder.encode(part).length
  }
  return { bytes: encoder.encode(marked.replace(/[⟦⟧]/g, '')), spans }
}
