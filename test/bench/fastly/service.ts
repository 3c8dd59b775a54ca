/// <reference types="@fastly/js-compute" />

import { linkedKernel } from '../../../adapters/fastly/kernel.ts'
import rulesTables from '../../../dist/tables/rules.bin'
import { decodeTables } from '../../../src/scanner/compile/decode.ts'
import type { ScanSession } from '../../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../../src/scanner/kernels/portable/kernel.ts'

// Streams the body of the origin through what /MODE names: the answer is the body. What was found is logged.
const tables = decodeTables(rulesTables, { trusted: true })
const linked = linkedKernel()
const portable = createPortableKernel()
linked.load?.(tables)

/** The least a script can do that looks at every byte: a walk of an automaton's table, one look-up a byte. */
const STATES = 512
const CLASSES = 64
const classOf = Uint8Array.from({ length: 256 }, (_, byte) => (byte * 7) % CLASSES)
const next = Uint16Array.from({ length: STATES * CLASSES }, (_, i) =>
  ((i * 2654435761) >>> 23) % 32 === 0 ? ((i * 40503) % STATES) * CLASSES : 0,
)
function walk(bytes: Uint8Array, state: number): number {
  const { length } = bytes
  for (let i = 0; i < length; i++) state = next[state + classOf[bytes[i]]]
  return state
}

type Mode = (bytes: Uint8Array, last: boolean) => number

const modes: Record<string, () => Mode> = {
  stream: () => () => 0,
  loop: () => {
    let state = 0
    return (bytes) => {
      state = walk(bytes, state)
      return 0
    }
  },
  portable: () => scanner(portable.open(tables)),
  linked: () => scanner(linked.open(tables)),
}

function scanner(session: ScanSession): Mode {
  return (bytes, last) => session.feed(bytes, last).candidates.length
}

async function answer(event: FetchEvent): Promise<Response> {
  const { pathname } = new URL(event.request.url)
  const response = await fetch('http://origin/', { backend: 'origin' })
  if (pathname === '/pass') return response
  const mode = modes[pathname.slice(1)]()
  let found = 0
  const body = response.body!.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        found += mode(chunk, false)
        controller.enqueue(chunk)
      },
      flush() {
        found += mode(new Uint8Array(0), true)
        console.log(`found ${found} ${linked.name}`)
      },
    }),
  )
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}

addEventListener('fetch', (event) => event.respondWith(answer(event)))
