import type { Kernel } from '../../kernel.ts'
import { type PortableOptions, Scratch } from './scratch.ts'
import { laneTables } from './screen.ts'
import { PortableSession } from './session.ts'

/**
 * The kernel in plain TypeScript: for stock Fastly and any runtime without WebAssembly. Sessions share its working memory,
 * which a call fills and leaves; a session keeps only what one text needs.
 */
export function createPortableKernel(options: PortableOptions = {}): Kernel {
  const scratch = new Scratch(options)
  return {
    name: 'portable',
    open: (tables) => new PortableSession(tables, scratch),
    load: (tables) => tables.prefilters.forEach(laneTables),
  }
}
