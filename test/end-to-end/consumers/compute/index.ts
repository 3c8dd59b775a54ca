/// <reference types="@fastly/js-compute" />
import { definePolicy, dlp } from 'edge-dlp'
import { Hono } from 'hono'

/** A Compute service as a stranger would write it: in front of its backend. */
const policy = definePolicy({
  mode: 'enforce',
  request: { 'payment/credit-card': { mask: { keepLast: 4 } }, credentials: 'block' },
  response: { payment: 'redact', 'identity/us': 'redact' },
})
const app = new Hono()
app.use(dlp({ policy, sinks: [{ write: (event) => console.log(JSON.stringify(event)) }] }))
app.all('*', (c) => fetch(c.req.raw, { backend: 'origin' }))

addEventListener('fetch', (event) => event.respondWith(app.fetch(event.request)))
