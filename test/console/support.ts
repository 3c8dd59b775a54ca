import { createHash } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { placedRules } from '../../rules/index.ts'
import { type Console, createConsole } from '../../src/console/console.ts'
import type { Access } from '../../src/console/guard.ts'
import { createLivePolicy } from '../../src/console/live-policy.ts'
import { createSqlState, type SqlState } from '../../src/console/sql-state.ts'
import { compilePolicy } from '../../src/policy/compile.ts'
import { definePolicy, type Policy } from '../../src/policy/schema.ts'
import type { AuditEvent } from '../../src/telemetry/audit.ts'
import { engine } from '../support/engine.ts'

export const CARD = '4111111111111111'

/** The state over Node's own SQLite, and what its file would hold. */
export function memoryState(clock?: () => number): { state: SqlState; dump: () => string } {
  const database = new DatabaseSync(':memory:')
  const state = createSqlState({ all: (statement, ...values) => database.prepare(statement).all(...values) as never }, clock)
  const tables = () => database.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).all() as { name: string }[]
  return { state, dump: () => JSON.stringify(tables().map(({ name }) => database.prepare(`SELECT * FROM ${name}`).all())) }
}

export const digest = async (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest()).buffer

export const HOST = '127.0.0.1:8787'
export const LOCAL: Access = { kind: 'local', hosts: [HOST, 'localhost:8787'] }

export function startConsole(options: { access?: Access; policy?: Policy; state?: SqlState } = {}): {
  audited: AuditEvent[]
  console: Console
  state: SqlState
  errors: unknown[]
  ask: (
    path: string,
    init?: { body?: unknown; headers?: Record<string, string>; method?: string; url?: string },
  ) => Promise<Response>
} {
  const state = options.state ?? memoryState().state
  const errors: unknown[] = []
  const audited: AuditEvent[] = []
  const access = options.access ?? LOCAL
  const policy = createLivePolicy({
    below: definePolicy(options.policy ?? { mode: 'enforce', request: { payment: 'redact' }, response: { payment: 'redact' } }),
    state,
    writable: access.kind === 'local',
    check: (candidate) => compilePolicy(candidate, placedRules, ''),
    audit: (event) => audited.push(event),
    onError: (error) => errors.push(error),
  })
  const console = createConsole({
    access,
    state,
    policy,
    engine,
    page: { 'index.html': { type: 'text/html; charset=utf-8', text: '<!doctype html><title>console</title>' } },
    digest,
    onError: (error) => errors.push(error),
  })
  return {
    console,
    state,
    errors,
    audited,
    ask(path, { body, headers = {}, method, url = `http://${HOST}` } = {}) {
      const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
      return console.fetch(
        new Request(`${url}/_dlp/${path}`, {
          method: method ?? (body === undefined ? 'GET' : 'POST'),
          headers: { ...json, ...headers },
          body: body === undefined ? undefined : JSON.stringify(body),
        }),
      )
    },
  }
}
