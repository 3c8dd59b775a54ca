/// <reference types="@fastly/js-compute" />
import { linkedKernel } from '../../../adapters/fastly/kernel.ts'
import { readBuiltSearches } from '../../../src/pipeline/build-tables.ts'
import { decodeTables } from '../../../src/scanner/compile/decode.ts'
import type { Kernel } from '../../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../../src/scanner/kernels/portable/kernel.ts'

/** The least a script can do that looks at every byte: a walk of an automaton's table, one look-up a byte. */
const STATES = 512
const CLASSES = 64
const classOf = Uint8Array.from({ length: 256 }, (_, byte) => (byte * 7) % CLASSES)
const next = Uint16Array.from({ length: STATES * CLASSES }, (_, i) =>
  ((i * 2654435761) >>> 23) % 32 === 0 ? ((i * 40503) % STATES) * CLASSES : 0,
)
function walk(bytes: Uint8Array): number {
  const { length } = bytes
  const classes = classOf
  const table = next
  let state = 0
  for (let i = 0; i < length; i++) state = table[state + classes[bytes[i]]]
  return state
}

/** Takes the origin's body whole, does with it what /WAY names, and answers it. Says what was found, and by which kernel. */
export function serve(rulesTables: Uint8Array, searches: Uint8Array): void {
  const tables = decodeTables(rulesTables, { trusted: true })
  const linked = linkedKernel()
  const portable = createPortableKernel({}, readBuiltSearches(searches))
  portable.load?.(tables)
  linked.load?.(tables)
  const scan = (kernel: Kernel, bytes: Uint8Array) => kernel.open(tables).feed(bytes, true).candidates.length
  const ways: Record<string, (bytes: Uint8Array) => string> = {
    read: () => '',
    loop: (bytes) => `${walk(bytes) >= 0}`,
    portable: (bytes) => `${scan(portable, bytes)} ${portable.name}`,
    linked: (bytes) => `${scan(linked, bytes)} ${linked.name}`,
  }
  const answer = async (event: FetchEvent): Promise<Response> => {
    const way = ways[new URL(event.request.url).pathname.slice(1)]
    const response = await fetch('http://origin/', { backend: 'origin' })
    const bytes = new Uint8Array(await response.arrayBuffer())
    console.log(way(bytes))
    return new Response(bytes)
  }
  addEventListener('fetch', (event) => event.respondWith(answer(event)))
}
