import type { RuleTables } from '../../compile/tables.ts'
import type { Kernel } from '../../kernel.ts'
import { PortableSession } from './session.ts'

/** The kernel in plain TypeScript: for stock Fastly and any runtime without WebAssembly. */
export function createPortableKernel(): Kernel {
  return { name: 'portable', open: (tables: RuleTables) => new PortableSession(tables) }
}
