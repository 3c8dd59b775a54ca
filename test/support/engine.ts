import { placedRules } from '../../rules/index.ts'
import { createEngine, type Engine, screenSources } from '../../src/pipeline/engine.ts'
import { compileRules } from '../../src/scanner/compile/compile.ts'
import type { Kernel } from '../../src/scanner/kernel.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'

/** All rules with the portable kernel; one for a test file. */
export const engine: Engine = createEngine({ rules: placedRules, kernel: createPortableKernel() })
const screenTables = compileRules(screenSources(placedRules, engine.evidence.keyStems))

/** An engine of its own, with the tables of that one. */
export function engineWith(kernel: Kernel, spareKernel: () => Kernel = createPortableKernel): Engine {
  return createEngine({ rules: placedRules, kernel, spareKernel, tables: engine.tables, screenTables })
}
