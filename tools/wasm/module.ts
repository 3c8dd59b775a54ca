/** A core WebAssembly module as bytes and sections: as much as a linker needs. https://webassembly.github.io/spec/core/binary/ */

export class LinkError extends Error {}

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
} as const

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

export interface Section {
  readonly id: number
  /** Where its contents are, without id and size. */
  readonly from: number
  readonly to: number
}

/** Reads numbers and names, and what it is asked for from where it stands. */
export class Reader {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  byte(): number {
    if (this.at >= this.bytes.length) throw new LinkError('the module ends within a section')
    return this.bytes[this.at++]
  }

  /** An unsigned number of at most 32 bits. */
  number(): number {
    let value = 0
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = this.byte()
      value += (byte & 127) * factor
      if (byte < 128) return value
    }
    throw new LinkError('a number of more than five bytes')
  }

  /** Steps over a number of any size. */
  skipNumber(): void {
    while (this.byte() >= 128);
  }

  name(): string {
    const length = this.number()
    this.at += length
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString()
  }

  /** `limits` of a table or memory. */
  skipLimits(): void {
    const flags = this.number()
    this.skipNumber()
    if (flags & 1) this.skipNumber()
  }
}

export function leb(value: number): number[] {
  const bytes: number[] = []
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128)
  bytes.push(value)
  return bytes
}

/** The sections in their order. Throws when this is no core module (a component has another version). */
export function sectionsOf(bytes: Uint8Array): Section[] {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new LinkError('not a core WebAssembly module')
  const sections: Section[] = []
  const reader = new Reader(bytes, MAGIC.length)
  while (reader.at < bytes.length) {
    const id = reader.byte()
    const size = reader.number()
    sections.push({ id, from: reader.at, to: reader.at + size })
    reader.at += size
  }
  if (reader.at !== bytes.length) throw new LinkError('the last section is cut short')
  return sections
}

/** The one section of this id, undefined when there is none. */
export function sectionOf(sections: readonly Section[], id: number): Section | undefined {
  return sections.find((section) => section.id === id)
}

/** What is said at the head of a section: its number of entries. */
export function countOf(bytes: Uint8Array, section: Section | undefined): number {
  return section === undefined ? 0 : new Reader(bytes, section.from).number()
}

export interface Import {
  readonly module: string
  readonly name: string
  readonly kind: 'function' | 'table' | 'memory' | 'global'
  /** Of functions: index of the type. */
  readonly type: number
}

export function importsOf(bytes: Uint8Array, section: Section | undefined): Import[] {
  if (section === undefined) return []
  const reader = new Reader(bytes, section.from)
  return Array.from({ length: reader.number() }, () => {
    const module = reader.name()
    const name = reader.name()
    const kind = (['function', 'table', 'memory', 'global'] as const)[reader.byte()]
    let type = -1
    if (kind === 'function') type = reader.number()
    else if (kind === 'memory') reader.skipLimits()
    else if (kind === 'table') {
      reader.byte()
      reader.skipLimits()
    } else if (kind === 'global') reader.at += 2
    else throw new LinkError(`an import of an unknown kind: ${module}.${name}`)
    return { module, name, kind, type }
  })
}

/** Index of the exported function of this name; undefined when there is none. */
export function exportedFunction(bytes: Uint8Array, section: Section | undefined, wanted: string): number | undefined {
  if (section === undefined) return undefined
  const reader = new Reader(bytes, section.from)
  for (let left = reader.number(); left > 0; left--) {
    const name = reader.name()
    const kind = reader.byte()
    const index = reader.number()
    if (kind === 0 && name === wanted) return index
  }
  return undefined
}

/** Indexes of all functions that are exported. */
export function exportedFunctions(bytes: Uint8Array, section: Section | undefined): number[] {
  if (section === undefined) return []
  const reader = new Reader(bytes, section.from)
  const indexes: number[] = []
  for (let left = reader.number(); left > 0; left--) {
    reader.name()
    const kind = reader.byte()
    const index = reader.number()
    if (kind === 0) indexes.push(index)
  }
  return indexes
}

/** Types of functions, each as the bytes that say it. */
export function typesOf(bytes: Uint8Array, section: Section | undefined): Uint8Array[] {
  if (section === undefined) return []
  const reader = new Reader(bytes, section.from)
  return Array.from({ length: reader.number() }, () => {
    const from = reader.at
    if (reader.byte() !== 0x60) throw new LinkError('a type that is not one of a function')
    for (let half = 0; half < 2; half++) for (let left = reader.number(); left > 0; left--) reader.byte()
    return bytes.subarray(from, reader.at)
  })
}

/** Bodies of functions: each from its locals to its end, and `at`, where the size before it stands. */
export function bodiesOf(bytes: Uint8Array, section: Section | undefined): { at: number; from: number; to: number }[] {
  if (section === undefined) return []
  const reader = new Reader(bytes, section.from)
  return Array.from({ length: reader.number() }, () => {
    const { at } = reader
    const size = reader.number()
    const from = reader.at
    reader.at += size
    return { at, from, to: reader.at }
  })
}
