import { definePolicy, type Policy } from './schema.ts'
import type { RouteInput, SideInput } from './shape.ts'

/** The policy as the kill switch leaves it: what it says is looked for and told, and nothing is changed. Skipped routes stay skipped. */
export function observeOnly(policy: Policy): Policy {
  return definePolicy({ ...observed(policy), mode: 'observe', routes: policy.routes?.map(observed<RouteInput>) })
}

function observed<T extends Policy | RouteInput>(scope: T): T {
  return { ...scope, mode: undefined, request: observedSide(scope.request), response: observedSide(scope.response) }
}

function observedSide(side: SideInput | undefined): SideInput | undefined {
  if (side === undefined) return undefined
  return Object.fromEntries(
    Object.entries(side).map(([selector, spec]) => [selector, typeof spec === 'string' ? spec : { ...spec, mode: undefined }]),
  )
}
