/** Bytes of a name that are kept; a longer one is cut. */
const MAX_NAME = 256

const decoder = new TextDecoder()

/**
 * Where in a document a reader stands: the names and indexes of the containers around it. Names are kept as bytes in one
 * arena and become text only when somebody asks.
 */
export class JsonPath {
  depth = 0
  #object = new Uint8Array(16)
  #index = new Float64Array(16)
  /** Where a container's present name begins in the arena, and its length; -1: none yet. */
  #nameAt = new Int32Array(16)
  #nameLength = new Int32Array(16)
  #text: (string | undefined)[] = []
  #arena = new Uint8Array(256)
  #used = 0
  #naming = false

  get inObject(): boolean {
    return this.#object[this.depth - 1] === 1
  }

  enter(object: boolean): void {
    if (this.depth === this.#object.length) this.#grow()
    const level = this.depth++
    this.#object[level] = object ? 1 : 0
    this.#index[level] = 0
    this.#nameAt[level] = this.#used
    this.#nameLength[level] = -1
    this.#text[level] = undefined
  }

  leave(): void {
    this.depth--
    this.#used = this.#nameAt[this.depth]
  }

  /** The document is read as text from here on: no place is known any more. */
  abandon(): void {
    this.depth = this.#used = 0
    this.#naming = false
  }

  nextElement(): void {
    this.#index[this.depth - 1]++
  }

  beginKey(): void {
    const level = this.depth - 1
    this.#used = this.#nameAt[level]
    this.#nameLength[level] = -1
    this.#text[level] = undefined
    this.#naming = true
  }

  addKey(bytes: Uint8Array, from: number, to: number): void {
    const start = this.#nameAt[this.depth - 1]
    const room = Math.max(0, MAX_NAME - (this.#used - start))
    const stop = Math.min(to, from + room)
    if (this.#used + (stop - from) > this.#arena.length) {
      const wider = new Uint8Array(2 * (this.#used + MAX_NAME))
      wider.set(this.#arena.subarray(0, this.#used))
      this.#arena = wider
    }
    for (let i = from; i < stop; i++) this.#arena[this.#used++] = bytes[i]
  }

  endKey(): void {
    const level = this.depth - 1
    this.#nameLength[level] = this.#used - this.#nameAt[level]
    this.#naming = false
  }

  /** The nearest name; elements of an array have that of the array. */
  get key(): string {
    for (let level = this.depth - 1; level >= 0; level--)
      if (this.#object[level] === 1 && this.#nameLength[level] >= 0) return this.#name(level)
    return ''
  }

  keys(): string[] {
    const names: string[] = []
    for (let level = 0; level < this.depth; level++)
      if (this.#object[level] === 1 && this.#nameLength[level] >= 0) names.push(this.#name(level))
    return names
  }

  /** JSON Pointer (RFC 6901) of the open field; for a name, of the object it belongs to. */
  pointer(): string {
    let pointer = ''
    for (let level = 0; level < this.depth; level++) {
      if (this.#object[level] === 0) pointer += `/${this.#index[level]}`
      else if (this.#nameLength[level] >= 0 && !(this.#naming && level === this.depth - 1))
        pointer += `/${this.#name(level).replace(/~/g, '~0').replace(/\//g, '~1')}`
    }
    return pointer
  }

  #name(level: number): string {
    let text = this.#text[level]
    if (text === undefined) {
      text = decoder.decode(this.#arena.subarray(this.#nameAt[level], this.#nameAt[level] + this.#nameLength[level]))
      this.#text[level] = text
    }
    return text
  }

  #grow(): void {
    const size = 2 * this.depth
    const wider = <T extends Uint8Array | Float64Array | Int32Array>(old: T, next: T): T => {
      next.set(old as never)
      return next
    }
    this.#object = wider(this.#object, new Uint8Array(size))
    this.#index = wider(this.#index, new Float64Array(size))
    this.#nameAt = wider(this.#nameAt, new Int32Array(size))
    this.#nameLength = wider(this.#nameLength, new Int32Array(size))
  }
}
