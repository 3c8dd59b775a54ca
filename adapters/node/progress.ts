/** One line of progress on a terminal; silent where standard error is none. */
export class Progress {
  readonly #total: number
  #done = 0
  #shown = 0

  constructor(total: number) {
    this.#total = total
  }

  step(name: string): void {
    this.#done++
    const now = Date.now()
    if (!process.stderr.isTTY || now - this.#shown < 100) return
    this.#shown = now
    process.stderr.write(`\r\x1b[K${this.#done}/${this.#total} ${name.slice(-60)}`)
  }

  clear(): void {
    if (process.stderr.isTTY && this.#shown > 0) process.stderr.write('\r\x1b[K')
  }
}
