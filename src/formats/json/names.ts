import type { JsonTrack } from '../../core/json-track.ts'
import { decodeName, MAX_NAME_BYTES, pointerStep, wholeCharactersEnd } from '../utf8.ts'

const ARRAY = 0
const OBJECT = 1
const NAMED = 2

/** Bytes of names kept around the innermost one; where a document has more, the names further in stand alone. */
const MAX_KEPT_BYTES = 32 << 10

/**
 * Where the reader stands: the open containers, and of each its index or the name of the member being read, decoded to
 * UTF-8 and kept back to back in one arena. Strings are made only when asked for. Level 0 is the document itself.
 */
export class NameStack {
  depth = 0
  private kinds = new Uint8Array(32)
  /** End of a level's name in the arena; it begins where the one below ends. */
  private ends = new Uint32Array(32)
  private indexes = new Uint32Array(32)
  /** The nearest level below that has a name; 0 if none. */
  private nearest = new Uint32Array(32)
  private arena = new Uint8Array(1024)
  /** Number of the list whose scalars are read, of an array or of members with numbered names (`card1`, `card2`); 0 of none, as behind a container. */
  private lists = new Uint32Array(32)
  private listCount = 0
  /** What comes before the number of the last such name, and its level; 0: another name, or none, came last. */
  private stem = new Uint8Array(MAX_NAME_BYTES)
  private stemLength = 0
  private stemLevel = 0
  private cut = false
  private keyText: string | undefined = ''
  private keyTexts: string[] | undefined

  restart(): void {
    this.depth = this.listCount = this.stemLevel = 0
    this.cut = false
    this.forget()
  }

  get inObject(): boolean {
    return this.kinds[this.depth] !== ARRAY
  }

  push(isObject: boolean): void {
    let { depth } = this
    const below = depth
    if (++depth === this.kinds.length) this.grow()
    this.depth = depth
    if (this.ends[below] > MAX_KEPT_BYTES) this.ends[below] = this.ends[below - 1]
    this.kinds[depth] = isObject ? OBJECT : ARRAY
    this.lists[below] = 0
    this.lists[depth] = isObject ? 0 : ++this.listCount
    this.stemLevel = 0
    this.ends[depth] = this.ends[below]
    this.indexes[depth] = 0
    this.nearest[depth] = this.kinds[below] === NAMED ? below : this.nearest[below]
    this.forget()
  }

  pop(): void {
    this.depth--
    this.stemLevel = 0
    this.forget()
  }

  nextElement(): void {
    this.indexes[this.depth]++
  }

  /** A member name begins; until `endName` the names around it answer. */
  startName(): void {
    this.kinds[this.depth] = OBJECT
    this.ends[this.depth] = this.ends[this.depth - 1]
    this.forget()
  }

  nameBytes(bytes: Uint8Array, from: number, to: number): void {
    const { depth } = this
    let end = this.ends[depth]
    const room = this.ends[depth - 1] + MAX_NAME_BYTES - end
    if (to - from > room) {
      this.cut = true
      to = from + room
    }
    if (end + to - from > this.arena.length) this.growArena(end + to - from)
    const { arena } = this
    for (let i = from; i < to; i++) arena[end++] = bytes[i]
    this.ends[depth] = end
  }

  endName(): void {
    const { depth } = this
    if (this.cut) {
      this.cut = false
      this.ends[depth] = wholeCharactersEnd(this.arena, this.ends[depth - 1], this.ends[depth])
    }
    this.kinds[depth] = NAMED
    this.number()
    this.forget()
  }

  /** Tells whether the name at hand goes on in a list of numbered names, or begins one. */
  private number(): void {
    const { depth, arena, stem } = this
    const from = this.ends[depth - 1]
    const to = this.ends[depth]
    // what was cut may end with a number where the name does not
    const end = to - from < MAX_NAME_BYTES - 4 ? stemEnd(arena, from, to) : -1
    if (end < 0) {
      this.lists[depth] = this.stemLevel = 0
      return
    }
    const length = end - from
    let same = this.stemLevel === depth && this.stemLength === length
    for (let i = 0; i < length && same; i++) same = stem[i] === arena[from + i]
    if (same) return
    for (let i = 0; i < length; i++) stem[i] = arena[from + i]
    this.stemLength = length
    this.stemLevel = depth
    this.lists[depth] = ++this.listCount
  }

  get list(): number {
    return this.lists[this.depth]
  }

  get key(): string {
    if (this.keyText === undefined) {
      const level = this.kinds[this.depth] === NAMED ? this.depth : this.nearest[this.depth]
      this.keyText = level === 0 ? '' : this.name(level)
    }
    return this.keyText
  }

  keys(): readonly string[] {
    if (this.keyTexts === undefined) {
      this.keyTexts = []
      for (let level = 1; level <= this.depth; level++) {
        if (this.kinds[level] === NAMED) this.keyTexts.push(this.name(level))
      }
    }
    return this.keyTexts
  }

  path(): string {
    let path = ''
    for (let level = 1; level <= this.depth; level++) {
      if (this.kinds[level] === NAMED) path += pointerStep(this.name(level))
      else if (this.kinds[level] === ARRAY) path += `/${this.indexes[level]}`
    }
    return path
  }

  /** Says where it stands. */
  tell(track: JsonTrack): void {
    const { depth, kinds, indexes } = this
    track.depth = depth
    for (let level = 0; level <= depth; level++) {
      track.kinds[level] = kinds[level]
      track.indexes[level] = indexes[level]
    }
  }

  /** Goes where `text` has led. The list at hand is over, also where it goes on, unless it is an array's of which no value was passed (`isFresh`). */
  take(track: JsonTrack, text: Uint8Array, isFresh: boolean): void {
    const { low, depth, kinds, indexes, nameFrom, nameTo } = track
    const list = this.depth === depth && low === depth ? this.lists[depth] : 0
    this.depth = low
    for (let level = low; level <= depth; level++) {
      if (level > low) this.push(kinds[level] !== ARRAY)
      this.indexes[level] = indexes[level]
      if (nameFrom[level] < 0) continue
      this.startName()
      this.nameBytes(text, nameFrom[level], nameTo[level])
      this.endName()
    }
    if (!isFresh) this.lists[depth] = 0
    else if (list > 0) this.lists[depth] = list
    this.forget()
  }

  private name(level: number): string {
    return decodeName(this.arena, this.ends[level - 1], this.ends[level])
  }

  private forget(): void {
    this.keyText = undefined
    this.keyTexts = undefined
  }

  private grow(): void {
    const size = this.kinds.length * 2
    this.kinds = copyInto(new Uint8Array(size), this.kinds)
    this.ends = copyInto(new Uint32Array(size), this.ends)
    this.indexes = copyInto(new Uint32Array(size), this.indexes)
    this.nearest = copyInto(new Uint32Array(size), this.nearest)
    this.lists = copyInto(new Uint32Array(size), this.lists)
  }

  private growArena(needed: number): void {
    this.arena = copyInto(new Uint8Array(Math.max(needed, this.arena.length * 2)), this.arena)
  }
}

/** Where in the name `bytes[from…to)` the number begins with which it ends; -1: it ends with none. */
export function stemEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = to
  while (at > from && bytes[at - 1] >= 0x30 && bytes[at - 1] <= 0x39) at--
  return at === to ? -1 : at
}

function copyInto<T extends Uint8Array | Uint32Array>(to: T, from: T): T {
  to.set(from)
  return to
}
