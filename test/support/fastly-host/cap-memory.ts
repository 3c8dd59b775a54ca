/**
 * A core module with the maximum of its memory set, so that its allocator meets the platform's limit (`memory.grow` fails; the
 * engine then aborts, as on Fastly). Throws when there is no memory section or the module starts with more than the limit.
 */
export function capMemory(wasm: Uint8Array, maxMiB: number): Uint8Array<ArrayBuffer> {
  const pages = maxMiB * 16
  let at = 8
  const readLeb = () => {
    let value = 0
    for (let shift = 1; ; shift *= 128) {
      const byte = wasm[at++]
      value += (byte & 127) * shift
      if (byte < 128) return value
    }
  }
  while (at < wasm.length) {
    const start = at
    const id = wasm[at++]
    const size = readLeb()
    const end = at + size
    if (id === 5) {
      readLeb() // number of memories: one
      at++ // limits flag
      const initial = readLeb()
      if (initial > pages) throw new Error(`the module starts with ${initial / 16} MiB, the limit is ${maxMiB}`)
      const section = [1, 1, ...leb(initial), ...leb(pages)]
      const head = [5, ...leb(section.length), ...section]
      const capped = new Uint8Array(start + head.length + wasm.length - end)
      capped.set(wasm.subarray(0, start))
      capped.set(head, start)
      capped.set(wasm.subarray(end), start + head.length)
      return capped
    }
    at = end
  }
  throw new Error('the module has no memory of its own')
}

function leb(value: number): number[] {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  bytes.push(value)
  return bytes
}
