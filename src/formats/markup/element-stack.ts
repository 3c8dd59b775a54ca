import { decodeName, pointerStep } from '../utf8.ts'
import { equalBytes, hashOf } from './bytes.ts'
import { elementOf, KNOWN_ELEMENTS, type KnownElement, UNKNOWN } from './html-elements.ts'

/** Bytes of a name that are kept; names are told apart by all of their bytes that the tokenizer tells. */
const MAX_KEPT = 64

/**
 * The open elements, innermost last, and for each the label its start tag gave it (`<add key="password">`). Names lie back to back
 * in one arena; strings are made only when asked for. Level 0 is the document.
 */
export class ElementStack {
  depth = 0
  /** A name or label was too long to be kept. */
  hasCutNames = false
  private hashes: Int32Array
  /** End of a level's name, and of its label, in the arena; the name begins where the label of the level below ends. */
  private nameEnds: Uint32Array
  private labelEnds: Uint32Array
  private readonly known: KnownElement[]
  private foreigns: Uint8Array
  private arena: Uint8Array
  /** How many open elements are of a known name, and how many others have a hash: an end tag that closes nothing costs no search. */
  private readonly openKnown: Int32Array
  private readonly open: Map<number, number>

  /** `done`: one whose room it may take; levels up to the depth have been written anew whenever they are looked at. */
  constructor(done?: ElementStack) {
    // so that none of a known name, or with a hash, is open
    done?.popTo(0)
    this.known = done?.known ?? [UNKNOWN]
    this.open = done?.open ?? new Map()
    this.hashes = done?.hashes ?? new Int32Array(32)
    this.nameEnds = done?.nameEnds ?? new Uint32Array(32)
    this.labelEnds = done?.labelEnds ?? new Uint32Array(32)
    this.foreigns = done?.foreigns ?? new Uint8Array(32)
    this.arena = done?.arena ?? new Uint8Array(1024)
    this.labelEnds[0] = 0
    this.openKnown = done?.openKnown ?? new Int32Array(KNOWN_ELEMENTS)
  }

  /** Level of the innermost open element called `name[0…length)`; 0 if there is none. */
  find(name: Uint8Array, length: number, hash: number, element: KnownElement): number {
    if (!this.isOpen(hash, element)) return 0
    let level = this.depth
    while (level > 0 && !this.is(level, name, length, hash)) level--
    return level
  }

  /** Is an element open that is this one or, where it is unknown, has this hash? */
  isOpen(hash: number, { index }: KnownElement): boolean {
    return index === 0 ? (this.open.get(hash) ?? 0) > 0 : this.openKnown[index] > 0
  }

  is(level: number, name: Uint8Array, length: number, hash: number): boolean {
    if (this.hashes[level] !== hash) return false
    const begin = this.labelEnds[level - 1]
    const kept = Math.min(length, MAX_KEPT)
    return this.nameEnds[level] - begin === kept && equalBytes(this.arena, begin, name, 0, kept)
  }

  push(name: Uint8Array, length: number, hash: number, element: KnownElement, foreign = false): void {
    const below = this.labelEnds[this.depth]
    if (++this.depth === this.hashes.length) this.grow()
    const { depth } = this
    const kept = Math.min(length, MAX_KEPT)
    if (length > kept) this.hasCutNames = true
    this.reserve(below + kept)
    const { arena } = this
    for (let i = 0; i < kept; i++) arena[below + i] = name[i]
    this.hashes[depth] = hash
    this.nameEnds[depth] = this.labelEnds[depth] = below + kept
    this.known[depth] = element
    this.foreigns[depth] = foreign ? 1 : 0
    if (element.index > 0) this.openKnown[element.index]++
    else this.open.set(hash, (this.open.get(hash) ?? 0) + 1)
  }

  /** Labels the innermost element. */
  label(bytes: Uint8Array, length: number): void {
    const { depth } = this
    const from = this.nameEnds[depth]
    const kept = Math.min(length, MAX_KEPT)
    this.reserve(from + kept)
    this.arena.set(bytes.subarray(0, kept), from)
    this.labelEnds[depth] = from + kept
  }

  popTo(depth: number): void {
    while (this.depth > depth) {
      const { index } = this.known[this.depth]
      const hash = this.hashes[this.depth--]
      if (index > 0) {
        this.openKnown[index]--
        continue
      }
      const count = this.open.get(hash)! - 1
      if (count === 0) this.open.delete(hash)
      else this.open.set(hash, count)
    }
  }

  /** Whether what stands in the innermost element is foreign to HTML. */
  get foreign(): boolean {
    return this.foreigns[this.depth] === 1
  }

  element(level: number): KnownElement {
    return this.known[level]
  }

  /** What an element is called by evidence: its label, or its name. Right until as many elements are pushed again. */
  key(level: number): string {
    if (level === 0) return ''
    return this.labelEnds[level] > this.nameEnds[level] ? this.labelOf(level) : this.nameOf(level)
  }

  keys(level: number): string[] {
    const keys: string[] = []
    for (let at = 1; at <= level; at++) {
      keys.push(this.nameOf(at))
      if (this.labelEnds[at] > this.nameEnds[at]) keys.push(this.labelOf(at))
    }
    return keys
  }

  path(level: number): string {
    let path = ''
    for (let at = 1; at <= level; at++) path += pointerStep(this.nameOf(at))
    return path
  }

  private nameOf(level: number): string {
    return decodeName(this.arena, this.labelEnds[level - 1], this.nameEnds[level])
  }

  private labelOf(level: number): string {
    return decodeName(this.arena, this.nameEnds[level], this.labelEnds[level])
  }

  private reserve(needed: number): void {
    if (needed <= this.arena.length) return
    const wider = new Uint8Array(2 * needed)
    wider.set(this.arena)
    this.arena = wider
  }

  private grow(): void {
    const size = this.hashes.length * 2
    const hashes = new Int32Array(size)
    const nameEnds = new Uint32Array(size)
    const labelEnds = new Uint32Array(size)
    const foreigns = new Uint8Array(size)
    hashes.set(this.hashes)
    nameEnds.set(this.nameEnds)
    labelEnds.set(this.labelEnds)
    this.hashes = hashes
    this.nameEnds = nameEnds
    this.labelEnds = labelEnds
    foreigns.set(this.foreigns)
    this.foreigns = foreigns
  }
}

/** What is known of the name `bytes[0…length)` and its hash, worked out once a tag. */
export class TagName {
  readonly bytes: Uint8Array
  length = 0
  hash = 0
  known: KnownElement = UNKNOWN

  /** `done`: one whose room it may take. */
  constructor(done?: TagName) {
    this.bytes = done?.bytes ?? new Uint8Array(256)
  }

  set(bytes: Uint8Array, length: number, html: boolean): void {
    const own = this.bytes
    for (let i = 0; i < length; i++) own[i] = bytes[i]
    this.length = length
    this.hash = hashOf(bytes, 0, length)
    this.known = html ? elementOf(bytes, length, this.hash) : UNKNOWN
  }
}
