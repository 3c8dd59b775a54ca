// The demo's origin: a small shop API that is careless with data. Values are synthetic.
import http from 'node:http'

export const CARD = '4111111111111111'
// Put together so that no scanner of repositories takes it for a live one.
export const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

const ROUTES = {
  'GET /orders': () => [
    200,
    {
      orders: [
        { id: 'ord_1', total: 12.5, customer: 'ada@example.com', card: CARD },
        { id: 'ord_2', total: 7.25, customer: 'grace@example.org', card: '5555555555554444' },
      ],
    },
  ],
  'POST /orders': (body) => [201, { accepted: true, received: body }],
  'POST /login': () => [200, { session: 'started' }],
  'POST /support': (body) => [200, { answer: 'Thank you, we will look into it.', youWrote: body }],
  'GET /boom': () => [
    500,
    {
      error: 'PaymentError',
      stack: `PaymentError: declined\n    at charge (shop.js:42) card=${CARD}\n    at retry (shop.js:77) authorization: ${TOKEN}`,
    },
  ],
}

/** Starts it on a free port of 127.0.0.1; answers its URL and how to end it. */
export function startOrigin() {
  const server = http.createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      let body = text
      try {
        body = JSON.parse(text)
      } catch {
        // Text stays text.
      }
      const route = ROUTES[`${request.method} ${request.url.split('?')[0]}`]
      const [status, answer] = route === undefined ? [404, { error: 'not found' }] : route(body)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }),
    )
  })
}
