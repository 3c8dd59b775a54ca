/** Limits of inspection; part of the policy and of its hash, so that two runtimes with equal limits give equal results. */
export interface Limits {
  /** A message up to this many decoded bytes is taken whole before its head leaves; 0 = always stream. Default 1 MiB. */
  maxWholeBytes: number
  /** Bytes one live part (a candidate, a cluster) may hold back before it is edited as if it had matched. Default 64 KiB. */
  maxHeldBytes: number
  /** Nesting of a structured document. Default 1,024. */
  maxDepth: number
  /** Decoded bytes inspected a message; beyond: `size-limit`. Default unlimited (Infinity is written as 0 in a policy). */
  maxInspectBytes: number
  /** Decoded bytes allowed for one encoded byte, counted after the first 64 KiB. Default 100. */
  maxRatio: number
  /** Content codings on one another. Default 2. */
  maxCodings: number
  /** Views inside views (JSON in strings). Default 4. */
  maxViewDepth: number
  /** Decoded bytes of views a message. Default 1 MiB. */
  maxViewBytes: number
  /** Scanner steps a message; beyond: `step-limit`. Default unlimited (0). */
  maxSteps: number
  /** Whole bodies of one isolate held at once. Default 48 MiB. */
  maxPoolBytes: number
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  maxWholeBytes: 1 << 20,
  maxHeldBytes: 64 << 10,
  maxDepth: 1024,
  maxInspectBytes: 0,
  maxRatio: 100,
  maxCodings: 2,
  maxViewDepth: 4,
  maxViewBytes: 1 << 20,
  maxSteps: 0,
  maxPoolBytes: 48 << 20,
}

/** Context before and after a candidate that may count as evidence, in view bytes. */
export const EVIDENCE_BEFORE = 128
export const EVIDENCE_AFTER = 128
/** An overlap cluster closes at this distance from its start at the latest. */
export const MAX_CLUSTER_BYTES = 4 << 10
