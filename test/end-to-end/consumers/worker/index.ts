import { definePolicy, dlp, dlpFetch, type PlacedRule } from 'edge-dlp'
import { placedRules } from 'edge-dlp/rules'
import { Hono } from 'hono'

/** A Worker as a stranger would write it: middleware before the handlers, with a list of its own among the rules, and a guarded call out. */
const customers: PlacedRule = {
  group: 'acme',
  rule: {
    id: 'customers',
    label: 'customer',
    title: 'Customers of ours',
    source: 'our records',
    terms: ['Ann', 'Orion Holding'],
    confidence: 'high',
    samples: { find: ['for ⟦Orion Holding⟧'], ignore: [] },
  },
}
const policy = definePolicy({
  mode: 'enforce',
  request: { 'payment/credit-card': { mask: { keepLast: 4 } }, credentials: 'block' },
  response: { payment: 'redact', 'identity/us': 'redact' },
  routes: [{ name: 'health', match: { path: '/health*' }, skip: true }],
})
const own = definePolicy<'acme/customers'>({ ...policy, response: { ...policy.response, 'acme/customers': 'redact' } })
const events: unknown[] = []
const app = new Hono<{ Bindings: { ORIGIN: string } }>()
app.use(dlp({ policy: own, rules: [...placedRules, customers], sinks: [{ write: (event) => void events.push(event) }] }))
app.post('/orders', async (c) => c.json({ got: await c.req.json(), decision: c.var.dlp.request?.decision }))
app.get('/customer', (c) => fetch(`${c.env.ORIGIN}/customer`))
app.get('/call', async (c) => dlpFetch({ policy })(`${c.env.ORIGIN}/call`, { method: 'POST', body: 'card 4111111111111111' }))
app.get('/health/events', (c) => c.json(events))

export default app
