/**
 * The closed list of why bytes were not inspected (in a receipt's sum) and of remarks about bytes that were.
 * docs/design.md, "The closed list", is the contract.
 */
export const REASONS = [
  'binary-type',
  'coding-unsupported',
  'charset-unsupported',
  'partial',
  'decode-limit',
  'depth-limit',
  'size-limit',
  'held-limit',
  'step-limit',
  'kernel-failed',
  'internal-error',
  'policy-missing',
  'edit-forbidden',
  'upgrade',
  'not-consumed',
  'skipped-by-policy',
] as const
export type Reason = (typeof REASONS)[number]

export const REMARKS = [
  'untyped',
  'type-mismatch',
  'malformed',
  'ambiguous',
  'keyed-budget',
  'key-missing',
  'edit-forbidden',
  'read-as: text',
] as const
export type Remark = (typeof REMARKS)[number]

/** What is done with bytes that were not inspected. */
export type Posture = 'pass' | 'block'

/** Defaults of `onUninspected` on an enforcing side. */
export const DEFAULT_POSTURE: Readonly<Record<Reason, Posture>> = {
  'binary-type': 'pass',
  'coding-unsupported': 'block',
  'charset-unsupported': 'block',
  partial: 'block',
  'decode-limit': 'block',
  'depth-limit': 'block',
  'size-limit': 'block',
  'held-limit': 'block',
  'step-limit': 'block',
  'kernel-failed': 'block',
  'internal-error': 'block',
  'policy-missing': 'block',
  'edit-forbidden': 'block',
  upgrade: 'pass',
  'not-consumed': 'pass',
  'skipped-by-policy': 'pass',
}

/** Coverage of one body: bytesIn = inspected + the sum of notInspected. Bytes are counted as received, after Content-Encoding when it could be removed. */
export interface Receipt {
  bytesIn: number
  inspected: number
  notInspected: Partial<Record<Reason, number>>
  remarks: Partial<Record<Remark, number>>
}
