/** A mistake of the integrator or rule author, thrown at construction. `option` names what to change. */
export class ConfigError extends Error {
  readonly code: string
  readonly option: string
  constructor(code: string, option: string, message: string) {
    super(`${option}: ${message}`)
    this.name = 'ConfigError'
    this.code = code
    this.option = option
  }
}

/** A pattern that the dialect, or the promise of linear time, does not allow. `column` is 1-based. */
export class PatternError extends Error {
  readonly code: string
  readonly rule: string
  readonly column: number
  constructor(code: string, rule: string, column: number, message: string) {
    super(`rule ${rule}, column ${column}: ${message}`)
    this.name = 'PatternError'
    this.code = code
    this.rule = rule
    this.column = column
  }
}
