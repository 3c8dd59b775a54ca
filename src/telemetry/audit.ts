/**
 * What happened to edge-dlp itself, beside the one event a message. Holds words of the policy (names of rules and routes, versions)
 * and codes; nothing of a message.
 */
export type AuditEvent = {
  readonly schema: 'edge-dlp/audit/1' /** Milliseconds since 1970. */
  readonly time: number
} & AuditNews

export type AuditNews =
  /** A policy from a store or file, or one that was put in force in the console, is so from now on. `version`: of its bundle; absent for a bare policy. */
  | { readonly kind: 'policy-in-force'; readonly version?: number; readonly kill: boolean; readonly by?: 'console' }
  /** What the store holds was not taken up, and the policy before it stays; `code` and `option` say why. */
  | { readonly kind: 'policy-refused'; readonly code: string; readonly option: string; readonly version?: number }
  /** The bundle in force is past its `notAfter`; it stays, and an isolate that starts now gets none. */
  | { readonly kind: 'policy-expired'; readonly version: number }
  /** Enforcement was turned to observation, or back. */
  | { readonly kind: 'kill-switch'; readonly on: boolean; readonly version: number }
  /** The time of a suppression is over: its findings count again. */
  | {
      readonly kind: 'suppression-expired'
      readonly rule: string
      readonly route?: string
      readonly path?: string
      readonly place?: string
      readonly expires: string
    }
  /** A rule blocked too large a share of the messages of a route: its block is redact until then. */
  | {
      readonly kind: 'breaker'
      readonly side: 'request' | 'response'
      readonly route: string
      readonly rule: string
      readonly blocked: number
      readonly messages: number
      readonly until: number
    }

/** Adds what every audit event has. */
export function auditEvent(news: AuditNews, time: number): AuditEvent {
  return { schema: 'edge-dlp/audit/1', time, ...news }
}
