import type { DlpVariable } from './dlp.ts'

export type { DlpOptions, PolicySource } from './core.ts'
export { type DlpVariable, type DlpVariables, dlp } from './dlp.ts'

declare module 'hono' {
  interface ContextVariableMap {
    dlp: DlpVariable
  }
}
