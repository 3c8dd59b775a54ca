import { expect, test } from 'vitest'
import { createNodeKernel } from '../../adapters/node/wasm-kernel.ts'
import type { FieldKind } from '../../src/core/words.ts'
import { createJsonReader } from '../../src/formats/json/reader.ts'
import type { FieldSink, Reader } from '../../src/formats/reader.ts'
import { jsonText } from '../pipeline/json-texts.ts'
import { Random } from '../support/random.ts'

const { track } = createNodeKernel()

interface Told {
  readonly kind: FieldKind
  readonly at: number
  readonly path: string
  readonly keys: string
  end: number
  text: string
}

/** Offsets at which something may have to be told. */
type Alarms = readonly number[]

/** Reads a text in these windows, handing over again what the reader leaves; `alarms`: what is between them may be passed over. */
function read(windows: readonly Uint8Array[], sequence: boolean, alarms?: Alarms) {
  const told: Told[] = []
  const remarks: string[] = []
  const text = Buffer.concat(windows)
  let reader: Reader | undefined
  /** As who joins the values of lists: of one that was begun all is wanted. */
  let list = 0
  const quietTo = (at: number) =>
    list !== 0 && reader!.list === list ? at : (alarms!.find((alarm) => alarm >= at) ?? Number.POSITIVE_INFINITY)
  const sink: FieldSink = {
    open: (kind, at) => {
      if (kind !== 'key') list = reader!.list ?? 0
      told.push({ kind, at, path: reader!.path(), keys: reader!.keys().join('.'), end: -1, text: '' })
    },
    plain: (from, to) => void (told.at(-1)!.text += text.toString('latin1', from, to)),
    decoded: (bytes, length) => void (told.at(-1)!.text += Buffer.from(bytes.subarray(0, length)).toString('latin1')),
    close: (at) => void (told.at(-1)!.end = at),
    remark: (remark) => void remarks.push(remark),
    ...(alarms === undefined ? {} : { quietTo }),
  }
  reader = createJsonReader(sink, { maxDepth: 9, sequence, track })
  let left: Uint8Array = new Uint8Array(0)
  windows.forEach((window, i) => {
    const all = Buffer.concat([left, window])
    reader!.feed(all, i === windows.length - 1)
    left = all.subarray(all.length - (reader!.left ?? 0))
  })
  return { told, remarks, depthLimitAt: reader.depthLimitAt }
}

test('what is told behind what was passed over has the place and the names that it has', () => {
  const random = new Random(7)
  let passed = 0
  for (let i = 0; i < 120; i++) {
    const sequence = random.chance(0.3)
    const body = Buffer.from(sequence ? `${jsonText(random, 0.02)}\n${jsonText(random, 0.02)}` : jsonText(random, 0.02))
    const alarms = Array.from({ length: random.int(0, 5) }, () => random.int(0, body.length - 1)).sort((a, b) => a - b)
    const all = read([body], sequence)
    const byPlace = new Map(all.told.map((field) => [field.at, field]))
    for (const windows of [[body], random.cut(body, 3000), random.cut(body, 200)]) {
      const some = read(windows, sequence, alarms)
      expect(some.remarks, `text ${i}`).toEqual(all.remarks)
      expect(some.depthLimitAt).toBe(all.depthLimitAt)
      for (const field of some.told) expect(field, `text ${i}`).toEqual(byPlace.get(field.at))
      const places = new Set(some.told.map(({ at }) => at))
      for (const field of all.told) {
        const isWanted = alarms.some((alarm) => alarm >= field.at && alarm < field.end)
        if (isWanted) expect(places, `text ${i}, field at ${field.at}`).toContain(field.at)
        else if (!places.has(field.at)) passed++
      }
    }
  }
  expect(passed).toBeGreaterThan(5000)
})

test('what may not be passed over is told: escapes, lists in pieces, numbers that are others, documents in strings, what is below a name that counts', () => {
  const filler = `"filler":"${'lamp and door '.repeat(20)}",`
  const tells = (json: string, alarm?: string) =>
    read([Buffer.from(json)], false, alarm === undefined ? [] : [json.indexOf(alarm)]).told.map(
      ({ path, kind }) => `${kind} ${path}`,
    )
  expect(tells(`{${filler}"b":1}`)).toEqual([])
  expect(tells(`{${filler}"b":"\\u0041"}`)).toContain('string /b')
  expect(tells(`{${filler}"b":["4111","1111"],${filler}"c":7}`)).toEqual(['string /b/0', 'string /b/1'])
  expect(tells(`{${filler}"b":[1,2,3],${filler}"c":7}`)).toEqual([])
  expect(tells(`{${filler}"b":[1,2,3,4,5,6],${filler}"c":7}`)).toHaveLength(6)
  expect(tells(`{${filler}"b":4111.0,${filler}"c":7}`)).toEqual(['number /b'])
  expect(tells(`{${filler}"b":4.1e3,${filler}"c":7}`)).toEqual(['number /b'])
  expect(tells(`{${filler}"b":4.15,${filler}"c":7}`)).toEqual([])
  expect(tells(`{${filler}"b":" [1]",${filler}"c":7}`)).toEqual(['string /b'])
  expect(tells(`{${filler}"pass":{"a":[1,{"b":2}]},${filler}"c":7}`, 'pass')).toEqual(['key ', 'key /pass', 'number /pass/a/0', 'key /pass/a/1', 'number /pass/a/1/b']) // biome-ignore format: a list
})
