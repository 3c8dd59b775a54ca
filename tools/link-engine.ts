import {
  ABI_VERSION,
  H_STATUS,
  H_VERSION,
  HEADER_BYTES,
  MAGIC_0,
  MAGIC_1,
  MAGIC_2,
  MAGIC_3,
} from '../src/scanner/kernels/wasm/assembly/layout.ts'
import { ASK_VERSION } from '../src/scanner/kernels/wasm/linked.ts'
import { eachReference } from './wasm/instructions.ts'
import {
  bodiesOf,
  countOf,
  exportedFunction,
  exportedFunctions,
  importsOf,
  LinkError,
  leb,
  Reader,
  SECTION,
  type Section,
  sectionOf,
  sectionsOf,
  typesOf,
} from './wasm/module.ts'

export { LinkError } from './wasm/module.ts'

/** The import that the kernel is put in front of: `SecretStore.fromBytes`, which is given the address of the caller's own array. */
const HOOKED = { module: 'fastly_secret_store', name: 'from_bytes' } as const
/** `(i32, i32, i32) -> i32` */
const HOOKED_TYPE = [0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f]
/** The mark of a linked module, a custom section. */
const MARK = 'edge-dlp.kernel'
/** What the script is given for a call of ours: no handle that the platform gives out. */
const NO_HANDLE = 0x7fffffff

export interface Linked {
  readonly bytes: Uint8Array
  /** Functions appended: those of the kernel and the one in front of the import. */
  readonly functions: number
  /** Index of the function whose one call was redirected. */
  readonly caller: number
}

/**
 * A js-compute engine (or a finished module) with the kernel in it. Functions and types are appended and one call is redirected; every other
 * byte of code and data stays. Throws `LinkError` where the engine is not exactly what this knows: one import of `from_bytes`, called from
 * one place, its address taken nowhere, one memory of 32 bits.
 */
export function linkEngine(engine: Uint8Array, kernel: Uint8Array): Linked {
  const sections = sectionsOf(engine)
  const part = (id: number) => sectionOf(sections, id)
  const imports = importsOf(engine, part(SECTION.import))
  const functionsImported = imports.filter(({ kind }) => kind === 'function')
  const hooked = functionsImported.findIndex(({ module, name }) => module === HOOKED.module && name === HOOKED.name)
  checkEngine(engine, sections, imports, hooked)
  const types = typesOf(engine, part(SECTION.type))
  const hookedType = functionsImported[hooked].type
  if (Buffer.compare(types[hookedType], Buffer.from(HOOKED_TYPE)) !== 0)
    throw new LinkError('from_bytes is of another type than known')

  const firstAdded = functionsImported.length + countOf(engine, part(SECTION.function))
  const added = relocate(kernel, types.length, firstAdded)
  const hook = firstAdded + added.bodies.length
  const call = findCall(engine, sections, hooked)
  const bodies = [...added.bodies, hookBody(hooked, added.run)]

  const out: Uint8Array[] = [engine.subarray(0, 8)]
  for (const section of sections) {
    let contents: Uint8Array = engine.subarray(section.from, section.to)
    if (section.id === SECTION.type) contents = append(engine, section, added.types.length, Buffer.concat(added.types))
    else if (section.id === SECTION.function) {
      const indexes = [...added.typeOf.flatMap(leb), ...leb(hookedType)]
      contents = append(engine, section, bodies.length, Buffer.from(indexes))
    } else if (section.id === SECTION.code) contents = codeOf(engine, section, call, hook, bodies)
    out.push(Buffer.from([section.id, ...leb(contents.length)]), contents)
  }
  const mark = Buffer.from([...sized(Buffer.from(MARK)), ABI_VERSION])
  out.push(Buffer.from([SECTION.custom, ...leb(mark.length)]), mark)
  return { bytes: Buffer.concat(out), functions: bodies.length, caller: functionsImported.length + call.body }
}

function checkEngine(
  engine: Uint8Array,
  sections: readonly Section[],
  imports: ReturnType<typeof importsOf>,
  hooked: number,
): void {
  for (const { id, from } of sections) {
    if (id === SECTION.custom && new Reader(engine, from).name() === MARK) throw new LinkError('the engine is linked already')
  }
  if (hooked < 0) throw new LinkError(`the engine does not import ${HOOKED.module}.${HOOKED.name}`)
  if (imports.filter(({ module, name }) => module === HOOKED.module && name === HOOKED.name).length > 1)
    throw new LinkError('the engine imports from_bytes more than once')
  const memory = sectionOf(sections, SECTION.memory)
  const reader = new Reader(engine, memory?.from ?? 0)
  if (memory === undefined || imports.some(({ kind }) => kind === 'memory') || reader.number() !== 1 || reader.number() > 1)
    throw new LinkError('the engine has not one memory of its own, of 32 bits and not shared')
  if (exportedFunctions(engine, sectionOf(sections, SECTION.export)).includes(hooked))
    throw new LinkError('from_bytes is exported')
  const elements = sectionOf(sections, SECTION.element)
  if (elements !== undefined && elementsOf(engine, elements).includes(hooked))
    throw new LinkError('the address of from_bytes is taken')
}

/** Functions in the element section, which is read in the two forms that compilers of C write: by index, with an offset or passive. */
function elementsOf(engine: Uint8Array, section: Section): number[] {
  const reader = new Reader(engine, section.from)
  const functions: number[] = []
  for (let left = reader.number(); left > 0; left--) {
    const flags = reader.number()
    if (flags > 3) throw new LinkError('an element segment of expressions')
    if (flags === 2) reader.number()
    if ((flags & 1) === 0) {
      // The offset: i32.const N, or global.get N; end.
      const code = reader.byte()
      if (code !== 0x41 && code !== 0x23) throw new LinkError('an element segment at an offset that is not known')
      reader.skipNumber()
      if (reader.byte() !== 0x0b) throw new LinkError('an element segment at an offset that is not known')
    }
    if (flags > 0) reader.byte()
    for (let count = reader.number(); count > 0; count--) functions.push(reader.number())
  }
  return functions
}

interface Call {
  /** Which body, and where in the engine the index of the called function stands. */
  readonly body: number
  readonly from: number
  readonly to: number
}

/** The one call of the hooked import. */
function findCall(engine: Uint8Array, sections: readonly Section[], hooked: number): Call {
  const calls: Call[] = []
  bodiesOf(engine, sectionOf(sections, SECTION.code)).forEach(({ from, to }, body) => {
    eachReference(engine, from, to, (reference) => {
      if (reference.index !== hooked) return
      if (reference.what === 'function') throw new LinkError('the address of from_bytes is taken')
      if (reference.what === 'call') calls.push({ body, from: reference.from, to: reference.to })
    })
  })
  if (calls.length !== 1) throw new LinkError(`from_bytes is called from ${calls.length} places, not from one`)
  return calls[0]
}

/** Types and functions of the kernel with their indexes as they are in the engine; `run` is the function to call. */
function relocate(kernel: Uint8Array, types: number, functions: number) {
  const sections = sectionsOf(kernel)
  const part = (id: number) => sectionOf(sections, id)
  const imports = importsOf(kernel, part(SECTION.import))
  if (imports.length !== 1 || imports[0].kind !== 'memory') throw new LinkError('the kernel imports more than a memory')
  for (const id of [SECTION.table, SECTION.memory, SECTION.global, SECTION.start, SECTION.element, SECTION.data]) {
    if (countOf(kernel, part(id)) > 0) throw new LinkError('the kernel has more than functions')
  }
  const run = exportedFunction(kernel, part(SECTION.export), 'run')
  if (run === undefined) throw new LinkError('the kernel does not export run')
  const declared = part(SECTION.function)!
  const reader = new Reader(kernel, declared.from)
  const typeOf = Array.from({ length: reader.number() }, () => types + reader.number())
  const bodies = bodiesOf(kernel, part(SECTION.code)).map(({ from, to }) => {
    const parts: Uint8Array[] = []
    let at = from
    eachReference(kernel, from, to, (reference) => {
      if (reference.what === 'global' || reference.what === 'function') throw new LinkError('the kernel has more than functions')
      parts.push(
        kernel.subarray(at, reference.from),
        Buffer.from(leb(reference.index + (reference.what === 'type' ? types : functions))),
      )
      at = reference.to
    })
    return Buffer.concat([...parts, kernel.subarray(at, to)])
  })
  return { types: typesOf(kernel, part(SECTION.type)), typeOf, bodies, run: functions + run }
}

/**
 * The function that is called in the import's place, with address, length and where the handle goes:
 * bytes that begin with the kernel's sixteen are the kernel's, or ask which version it is of; all others are the platform's.
 */
function hookBody(hooked: number, run: number): Uint8Array {
  const [BYTES, LENGTH, HANDLE] = [0, 1, 2]
  const get = (local: number) => [0x20, local]
  const i32 = (value: number) => [0x41, ...signed(BigInt(value | 0))]
  const i64 = (low: number, high: number) => [0x42, ...signed(BigInt.asIntN(64, (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)))]
  const load32 = (offset: number) => [0x28, 0, ...leb(offset)]
  const load64 = (offset: number) => [0x29, 0, ...leb(offset)]
  const store32 = (offset: number) => [0x36, 0, ...leb(offset)]
  const otherwise = [0x0d, 0] // br_if to the platform's call
  return Buffer.from([
    0, // no locals
    ...[0x02, 0x40], // block
    ...[...get(LENGTH), ...i32(HEADER_BYTES), 0x49, ...otherwise], // i32.lt_u
    ...[...get(BYTES), ...load64(0), ...i64(MAGIC_0, MAGIC_1), 0x52, ...otherwise], // i64.ne
    ...[...get(BYTES), ...load64(8), ...i64(MAGIC_2, MAGIC_3), 0x52, ...otherwise],
    ...[...get(BYTES), ...load32(H_VERSION), ...i32(ASK_VERSION), 0x46], // i32.eq
    ...[0x04, 0x40, ...get(BYTES), ...i32(ABI_VERSION), ...store32(H_STATUS)], // if
    ...[0x05, ...get(BYTES), ...get(LENGTH), 0x10, ...leb(run), 0x1a, 0x0b], // else call, drop, end
    ...[...get(HANDLE), ...i32(NO_HANDLE), ...store32(0)],
    ...[...i32(0), 0x0f, 0x0b], // return, end of block
    ...[...get(BYTES), ...get(LENGTH), ...get(HANDLE), 0x10, ...leb(hooked), 0x0b],
  ])
}

function signed(value: bigint): number[] {
  const bytes: number[] = []
  for (;;) {
    const byte = Number(value & 127n)
    value >>= 7n
    if ((value === 0n && byte < 64) || (value === -1n && byte >= 64)) return [...bytes, byte]
    bytes.push(byte | 128)
  }
}

function sized(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(leb(bytes.length)), bytes])
}

/** A section with `count` more entries. */
function append(engine: Uint8Array, section: Section, count: number, entries: Uint8Array): Uint8Array {
  const reader = new Reader(engine, section.from)
  const head = leb(reader.number() + count)
  return Buffer.concat([Buffer.from(head), engine.subarray(reader.at, section.to), entries])
}

/** The code section with functions appended, the one call going to `hook`. */
function codeOf(engine: Uint8Array, section: Section, call: Call, hook: number, added: readonly Uint8Array[]): Uint8Array {
  const bodies = bodiesOf(engine, section)
  const { at, from, to } = bodies[call.body]
  const caller = Buffer.concat([engine.subarray(from, call.from), Buffer.from(leb(hook)), engine.subarray(call.to, to)])
  return Buffer.concat([
    Buffer.from(leb(bodies.length + added.length)),
    engine.subarray(bodies[0].at, at),
    sized(caller),
    engine.subarray(to, section.to),
    ...added.map(sized),
  ])
}
