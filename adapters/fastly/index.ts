/** edge-dlp on Fastly Compute: the same surface as everywhere, with tables made before the module and the limits of its CPU time. */
import rulesTables from '../../dist/tables/rules.bin'
import screenTables from '../../dist/tables/screen.bin'
import searches from '../../dist/tables/searches.bin'
import { placedRules } from '../../rules/index.ts'
import type { PlacedRule } from '../../src/core/rule.ts'
import {
  dlp as baseDlp,
  dlpFetch as baseDlpFetch,
  createGateway as baseGateway,
  type DlpOptions,
  definePolicy,
  type Policy,
  type PolicySource,
} from '../../src/index.ts'
import { readBuiltSearches, readBuiltTables } from '../../src/pipeline/build-tables.ts'
import { createEngine, type Engine } from '../../src/pipeline/engine.ts'
import { withDefaultLimits } from '../../src/policy/compile.ts'
import { createPortableKernel } from '../../src/scanner/kernels/portable/kernel.ts'
import { FASTLY_LIMITS } from './limits.ts'

export * from '../../src/index.ts'

let made: Engine | undefined

/** Called while the module is made (`dlp` at its top level), it stands in the snapshot. */
function fastlyEngine(rules?: readonly PlacedRule[]): Engine {
  if (rules === undefined) return (made ??= fastlyEngine(placedRules))
  const kernel = createPortableKernel({}, readBuiltSearches(searches))
  const engine = createEngine({ rules, kernel, ...readBuiltTables({ tables: rulesTables, screenTables }) })
  engine.prepare()
  return engine
}

function onFastly<Options extends DlpOptions>(options: Options): Options {
  const { engine, rules, kernel, policy } = options
  const chosen = engine !== undefined || kernel !== undefined
  return { ...options, ...(chosen ? {} : { engine: fastlyEngine(rules) }), policy: withLimits(policy) }
}

/** Mistakes in what is no policy are for those to tell who read the options. */
function withLimits(policy: Policy | PolicySource): Policy | PolicySource {
  if (policy === null || typeof policy !== 'object') return policy
  if (!('current' in policy)) return withDefaultLimits(definePolicy(policy), FASTLY_LIMITS)
  const ready = new WeakMap<Policy, Policy>()
  return {
    async current() {
      const found = await policy.current()
      if (found === undefined) return undefined
      // The same policy is the same object again: it is compiled once.
      let limited = ready.get(found)
      if (limited === undefined) ready.set(found, (limited = withDefaultLimits(found, FASTLY_LIMITS)))
      return limited
    },
  }
}

export const dlp: typeof baseDlp = (options) => baseDlp(onFastly(options))
export const dlpFetch: typeof baseDlpFetch = (options) => baseDlpFetch(onFastly(options))
export const createGateway: typeof baseGateway = (options) => baseGateway(onFastly(options))
