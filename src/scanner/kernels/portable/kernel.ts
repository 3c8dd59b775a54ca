import type { NativeSearches } from '../../compile/native-searches.ts'
import type { Kernel } from '../../kernel.ts'
import { NativeLook } from './native-look.ts'
import { NativeScreen } from './native-screen.ts'
import { type PortableOptions, Scratch } from './scratch.ts'
import { laneTables } from './screen.ts'
import { PortableSession } from './session.ts'

/**
 * The kernel in plain TypeScript: for stock Fastly and any runtime without WebAssembly. Sessions share its working memory,
 * which a call fills and leaves; a session keeps only what one text needs.
 *
 * `searches`: of the tables for which long texts are to be looked over by native searches, where the engine has faster ones than scripts.
 */
export function createPortableKernel(options: PortableOptions = {}, searches: readonly NativeSearches[] = []): Kernel {
  const scratch = new Scratch(options)
  const screens = new Map(searches.map((made) => [made.fingerprint, new NativeScreen(made)]))
  const native = searches.length === 0 ? undefined : new NativeLook()
  return {
    name: 'portable',
    look: native && ((text, from) => native.look(text, from)),
    nextList: native && ((text, from) => native.nextList(text, from)),
    open: (tables) => new PortableSession(tables, scratch, screens.get(tables.fingerprint)),
    load: (tables) => tables.prefilters.forEach(laneTables),
  }
}
