import type { AuditEvent } from '../telemetry/audit.ts'
import type { Shape } from './shape.ts'
import type { Batch, ConsoleState, Flow, SavedPolicy, Traffic, TrafficFilter } from './state.ts'

/** The little of a SQLite connection that is used: of a Durable Object, or of Node. */
export interface Sql {
  all(statement: string, ...values: (string | number)[]): Record<string, unknown>[]
}

/** Messages kept; older ones go. */
export const KEPT_MESSAGES = 2_000
/** Audit events kept. */
const KEPT_AUDITS = 200
/** Days of which counts are kept. */
const KEPT_DAYS = 30
const DAY_MS = 86_400_000

const SCHEMA = [
  `CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, route TEXT NOT NULL, side TEXT NOT NULL, rules TEXT NOT NULL,
    actions TEXT NOT NULL, shape TEXT NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS flows (day INTEGER NOT NULL, route TEXT NOT NULL, category TEXT NOT NULL, side TEXT NOT NULL,
    action TEXT NOT NULL, enforced INTEGER NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (day, route, category, side, action, enforced))`,
  'CREATE TABLE IF NOT EXISTS audits (seq INTEGER PRIMARY KEY AUTOINCREMENT, json TEXT NOT NULL)',
  'CREATE TABLE IF NOT EXISTS single (name TEXT PRIMARY KEY, json TEXT NOT NULL)',
]

export type SqlState = {
  [K in keyof ConsoleState]: (...input: Parameters<ConsoleState[K]>) => Awaited<ReturnType<ConsoleState[K]>>
}

/** The state over one database; makes its tables where they are not there. */
export function createSqlState(sql: Sql, clock: () => number = Date.now): SqlState {
  for (const statement of SCHEMA) sql.all(statement)
  const one = (statement: string, ...values: (string | number)[]) => sql.all(statement, ...values)[0]

  return {
    record({ messages, audits, omitted, flows }: Batch): void {
      for (const event of audits) sql.all('INSERT INTO audits (json) VALUES (?)', JSON.stringify(event))
      sql.all('DELETE FROM audits WHERE seq <= (SELECT MAX(seq) FROM audits) - ?', KEPT_AUDITS)
      for (const shape of messages) {
        sql.all(
          'INSERT INTO messages (route, side, rules, actions, shape) VALUES (?, ?, ?, ?, ?)',
          shape.route,
          shape.side,
          listed(shape.findings.map(({ rule }) => rule)),
          listed(actionsOf(shape)),
          JSON.stringify(shape),
        )
      }
      const day = Math.floor(clock() / DAY_MS)
      for (const { route, category, side, action, enforced, count } of flows) {
        sql.all(
          `INSERT INTO flows VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (day, route, category, side, action, enforced) DO UPDATE SET count = count + excluded.count`,
          ...[day, route, category, side, action, enforced ? 1 : 0, count],
        )
      }
      sql.all('DELETE FROM flows WHERE day <= ?', day - KEPT_DAYS)
      sql.all('DELETE FROM messages WHERE seq <= (SELECT MAX(seq) FROM messages) - ?', KEPT_MESSAGES)
      if (omitted > 0) {
        const before = Number(one(`SELECT json FROM single WHERE name = 'omitted'`)?.json ?? 0)
        sql.all(`INSERT OR REPLACE INTO single VALUES ('omitted', ?)`, String(before + omitted))
      }
    },

    traffic({ route, rule, action, side, limit = 200 }: TrafficFilter): Traffic {
      const where: string[] = []
      const values: (string | number)[] = []
      const add = (condition: string, value: string | undefined) => {
        if (value === undefined) return
        where.push(condition)
        values.push(value)
      }
      add('route = ?', route)
      add('side = ?', side)
      add('instr(rules, ?) > 0', rule === undefined ? undefined : listed([rule]))
      add('instr(actions, ?) > 0', action === undefined ? undefined : listed([action]))
      const condition = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
      const rows = sql.all(
        `SELECT shape FROM messages ${condition} ORDER BY seq DESC LIMIT ?`,
        ...values,
        Math.min(limit, KEPT_MESSAGES),
      )
      const names = (column: 'route' | 'rules' | 'actions') =>
        [
          ...new Set(
            sql.all(`SELECT DISTINCT ${column} AS names FROM messages`).flatMap(({ names }) => unlisted(names as string)),
          ),
        ].sort()
      const counts = one('SELECT COUNT(*) AS kept, COALESCE(MAX(seq), 0) AS last FROM messages')
      return {
        messages: rows.map(({ shape }) => JSON.parse(shape as string) as Shape),
        seen: Number(counts.last) + Number(one(`SELECT json FROM single WHERE name = 'omitted'`)?.json ?? 0),
        kept: Number(counts.kept),
        routes: sql.all('SELECT DISTINCT route FROM messages ORDER BY route').map(({ route }) => route as string),
        rules: names('rules'),
        actions: names('actions'),
      }
    },

    audits(): AuditEvent[] {
      return sql.all('SELECT json FROM audits ORDER BY seq DESC').map(({ json }) => JSON.parse(json as string) as AuditEvent)
    },

    flows(): Flow[] {
      return sql
        .all(
          `SELECT route, category, side, action, enforced, SUM(count) AS count FROM flows
            GROUP BY route, category, side, action, enforced ORDER BY route, category, side, action`,
        )
        .map((row) => ({ ...(row as unknown as Flow), enforced: row.enforced === 1 }))
    },

    policy(): SavedPolicy | null {
      const row = one(`SELECT json FROM single WHERE name = 'policy'`)
      return row === undefined ? null : (JSON.parse(row.json as string) as SavedPolicy)
    },

    savePolicy(saved: SavedPolicy | null): void {
      if (saved === null) sql.all(`DELETE FROM single WHERE name = 'policy'`)
      else sql.all(`INSERT OR REPLACE INTO single VALUES ('policy', ?)`, JSON.stringify(saved))
    },
  }
}

/** What was done with a message and its findings, by one word each. */
export function actionsOf(shape: Shape): string[] {
  const actions = shape.findings.map(({ action, suppressed }) => (suppressed ? 'suppressed' : action))
  if (shape.decision === 'blocked' || shape.decision === 'aborted') actions.push('block')
  return [...new Set(actions)]
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? '' : `,${[...new Set(names)].join(',')},`
}

function unlisted(names: string): string[] {
  return names.split(',').filter((name) => name !== '')
}
