import type { RuleTables } from '../scanner/compile/tables.ts'
import type { Kernel, ScanResult, ScanSession } from '../scanner/kernel.ts'

/** The kernel failed in the middle of a text. Holds nothing of it. */
export class KernelFailed extends Error {
  readonly code = 'kernel-failed'
  /** Another kernel has taken its place: whoever still has the text may begin anew. */
  readonly replaced: boolean
  constructor(name: string, replaced: boolean) {
    super(`the ${name} kernel failed${replaced ? ' and was replaced' : ''}`)
    this.name = 'KernelFailed'
    this.replaced = replaced
  }
}

/** A kernel that is replaced by `spare` for good when it fails. */
export interface GuardedKernel {
  readonly current: Kernel
  /** The look of the kernel now in force; throws as its sessions do. */
  readonly look: Kernel['look']
  /** Likewise. */
  readonly nextList: Kernel['nextList']
  readonly track: Kernel['track']
  /** A session of the kernel now in force; throws KernelFailed in place of what the kernel throws. */
  open(tables: RuleTables): ScanSession
  /** False for a session whose kernel has failed: it is of no more use. */
  alive(session: ScanSession): boolean
}

export function guardKernel(kernel: Kernel, spare: () => Kernel): GuardedKernel {
  let current = kernel
  let spared = false
  /** What to throw when `failed` did. */
  const fail = (failed: Kernel): KernelFailed => {
    if (failed === current && !spared) {
      current = spare()
      spared = true
    }
    return new KernelFailed(failed.name, current !== failed)
  }
  /** The function of this name of the kernel now in force, made to throw as its sessions do. */
  function guarded<Name extends 'look' | 'nextList' | 'track'>(name: Name): () => Kernel[Name] {
    let known: { readonly of: Kernel[Name]; readonly call: Kernel[Name] } | undefined
    return () => {
      const of = current
      // Asked each time: a kernel may know only at the first request which it is.
      const call = of[name] as ((...of: unknown[]) => unknown) | undefined
      if (call === undefined) return undefined
      if (known?.of !== call) {
        const careful = (...asked: unknown[]) => {
          try {
            return call(...asked)
          } catch {
            throw fail(of)
          }
        }
        known = { of: call as Kernel[Name], call: careful as Kernel[Name] }
      }
      return known!.call
    }
  }
  const look = guarded('look')
  const nextList = guarded('nextList')
  const track = guarded('track')
  return {
    get current() {
      return current
    },
    get look() {
      return look()
    },
    get nextList() {
      return nextList()
    },
    get track() {
      return track()
    },
    open(tables) {
      try {
        return new GuardedSession(current, tables, fail)
      } catch (error) {
        throw error instanceof KernelFailed ? error : fail(current)
      }
    },
    alive: (session) => (session as GuardedSession).kernel === current,
  }
}

class GuardedSession implements ScanSession {
  readonly kernel: Kernel
  readonly #session: ScanSession
  readonly #fail: (failed: Kernel) => KernelFailed

  constructor(kernel: Kernel, tables: RuleTables, fail: (failed: Kernel) => KernelFailed) {
    this.kernel = kernel
    this.#session = kernel.open(tables)
    this.#fail = fail
  }

  get steps(): number {
    return this.#session.steps
  }

  feed(window: Uint8Array, last: boolean): ScanResult {
    try {
      return this.#session.feed(window, last)
    } catch {
      throw this.#fail(this.kernel)
    }
  }

  reset(): void {
    try {
      this.#session.reset()
    } catch {
      throw this.#fail(this.kernel)
    }
  }
}
