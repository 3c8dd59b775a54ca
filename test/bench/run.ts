/**
 * npm run bench [-- NAME…]: measures and holds the figures against their floors; exits 1 when one is missed. Names: scanner, gateway,
 * fastly, memory, terms, cost, bodies, adversarial; all by default. Each checks its answers before it tells a time, and keeps its result in
 * test/bench/record/.
 */
const BENCHES: Record<string, () => Promise<() => Promise<void>>> = {
  scanner: async () => (await import('./scanner.ts')).scanner,
  gateway: async () => (await import('./gateway.ts')).gateway,
  fastly: async () => (await import('./fastly.ts')).fastly,
  memory: async () => (await import('./memory.ts')).memory,
  terms: async () => (await import('./terms.ts')).terms,
  cost: async () => (await import('./cost.ts')).cost,
  bodies: async () => (await import('./bodies.ts')).bodies,
  adversarial: async () => (await import('./adversarial.ts')).adversarial,
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => BENCHES[name] === undefined)
if (unknown.length > 0) {
  process.stderr.write(`bench: no ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}\n`)
  process.exit(2)
}
for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
  process.stdout.write(`== ${name}\n`)
  await (await BENCHES[name]())()
}
process.exit()

export {}
