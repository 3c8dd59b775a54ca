import { DurableObject } from 'cloudflare:workers'
import { createSqlState, type SqlState } from '../../src/console/sql-state.ts'
import type { Batch, SavedPolicy, TrafficFilter } from '../../src/console/state.ts'

/** The console's state in a Durable Object with SQLite: one for all isolates. Reached through its binding only, never by a request. */
export class ConsoleObject extends DurableObject {
  readonly #state: SqlState

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env as never)
    const { sql } = ctx.storage
    this.#state = createSqlState({ all: (statement, ...values) => sql.exec(statement, ...values).toArray() })
  }

  record(batch: Batch) {
    this.ctx.storage.transactionSync(() => this.#state.record(batch))
  }
  traffic(filter: TrafficFilter) {
    return this.#state.traffic(filter)
  }
  audits() {
    return this.#state.audits()
  }
  flows() {
    return this.#state.flows()
  }
  policy() {
    return this.#state.policy()
  }
  savePolicy(saved: SavedPolicy | null) {
    this.#state.savePolicy(saved)
  }
}
