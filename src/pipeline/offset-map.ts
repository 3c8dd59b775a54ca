/**
 * Where the bytes of a view stand in the text they were read from: runs that stand for themselves and pieces that were
 * decoded. Offsets only grow; entries below a settled offset are forgotten, so a long field keeps a short map.
 */
export class OffsetMap {
  // Parallel columns: entry i starts at view[i] and was read from from[i]; a decoded piece ends at to[i], a plain run has to[i] = -1.
  #view = new Float64Array(8)
  #from = new Float64Array(8)
  #to = new Float64Array(8)
  #tag = new Uint8Array(8)
  #first = 0
  #count = 0

  clear(): void {
    this.#first = this.#count = 0
  }

  /** View bytes from `view` on stand for themselves, from source offset `from` on. */
  plain(view: number, from: number): void {
    const last = this.#count - 1
    if (last >= this.#first && this.#to[last] < 0 && this.#from[last] + (view - this.#view[last]) === from) return
    this.#push(view, from, -1)
  }

  /** View bytes from `view` up to the next entry were decoded from source bytes `from`…`to`, in the manner `tag`. */
  decoded(view: number, from: number, to: number, tag = 0): void {
    this.#push(view, from, to)
    this.#tag[this.#count - 1] = tag
  }

  /** The first tag that is not 0 of the pieces decoded between view bytes `start` and `end`; 0 when there is none. */
  tagIn(start: number, end: number): number {
    for (let entry = Math.max(this.#find(start), this.#first); entry < this.#count && this.#view[entry] < end; entry++)
      if (this.#tag[entry] !== 0) return this.#tag[entry]
    return 0
  }

  /** Source offset at which view byte `at` starts. */
  start(at: number): number {
    const entry = this.#find(at)
    if (entry < 0) return 0
    return this.#to[entry] < 0 ? this.#from[entry] + (at - this.#view[entry]) : this.#from[entry]
  }

  /** Source offset just after view byte `at - 1`: what a span that ends at `at` must cover. */
  end(at: number): number {
    const entry = this.#find(at - 1)
    if (entry < 0) return 0
    return this.#to[entry] < 0 ? this.#from[entry] + (at - this.#view[entry]) : this.#to[entry]
  }

  /** View offset at which the decoded piece begins that holds view byte `at`; `at` itself in a plain run. */
  unitStart(at: number): number {
    const entry = this.#find(at)
    return entry < 0 || this.#to[entry] < 0 ? at : this.#view[entry]
  }

  /** View offset just behind the decoded piece that holds view byte `at - 1`, where the view ends at `length`; `at` itself in a plain run. */
  unitEnd(at: number, length: number): number {
    const entry = this.#find(at - 1)
    if (entry < 0 || this.#to[entry] < 0) return at
    return entry + 1 < this.#count ? this.#view[entry + 1] : length
  }

  /** Forgets entries that lie wholly before view offset `at`. */
  forget(at: number): void {
    while (this.#first + 1 < this.#count && this.#view[this.#first + 1] <= at) this.#first++
    if (this.#first > 64 && this.#first * 2 > this.#count) {
      this.#view.copyWithin(0, this.#first, this.#count)
      this.#from.copyWithin(0, this.#first, this.#count)
      this.#to.copyWithin(0, this.#first, this.#count)
      this.#tag.copyWithin(0, this.#first, this.#count)
      this.#count -= this.#first
      this.#first = 0
    }
  }

  #find(at: number): number {
    let low = this.#first
    let high = this.#count - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#view[middle] <= at) low = middle
      else high = middle - 1
    }
    return high < this.#first ? -1 : low
  }

  #push(view: number, from: number, to: number): void {
    if (this.#count === this.#view.length) {
      this.#view = grow(this.#view)
      this.#from = grow(this.#from)
      this.#to = grow(this.#to)
      const tags = new Uint8Array(this.#to.length)
      tags.set(this.#tag)
      this.#tag = tags
    }
    this.#view[this.#count] = view
    this.#from[this.#count] = from
    this.#tag[this.#count] = 0
    this.#to[this.#count++] = to
  }
}

function grow(column: Float64Array): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(column.length * 2)
  wider.set(column)
  return wider
}
