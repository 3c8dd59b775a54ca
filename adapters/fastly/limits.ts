/** What is inspected of a message on the portable kernel, as a request has 50 ms of CPU (docs/design.md, "Limits"). For policies that do not say otherwise. */
export const FASTLY_LIMITS = { maxInspectBytes: 2 << 20 }
