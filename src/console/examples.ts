import type { TryInput } from './try-message.ts'

export interface Example extends TryInput {
  readonly id: string
  readonly title: string
  /** What it shows, in a sentence. */
  readonly shows: string
}

const JSON_TYPE = 'application/json'
const base = { method: 'POST', host: 'shop.example', path: '/', status: 200, headers: [], contentType: JSON_TYPE } as const

// Published test values and synthetic ones. Tokens are put together here, so that no scanner of repositories takes them for live ones.
const CARD = '4111 1111 1111 1111'
const TOKEN = ['ghp', 'R7qJ2mXw9TzK4vLs8NfB3cHy6PdG1aWe5UxQ'].join('_')

/** Messages to begin with. */
export const EXAMPLES: readonly Example[] = [
  {
    ...base,
    id: 'order',
    title: 'An order with a card',
    shows: 'A card number in JSON, told from the order number beside it by its check digit and its key.',
    side: 'request',
    path: '/orders',
    body: JSON.stringify(
      { item: 'lamp', quantity: 1, orderNumber: '4111 1111 1111 1112', payment: { card: CARD, holder: 'Ada Example' } },
      null,
      2,
    ),
  },
  {
    ...base,
    id: 'prompt',
    title: 'A prompt with a token',
    shows: 'A prompt for a language model, with a GitHub token pasted along.',
    side: 'request',
    path: '/v1/chat/completions',
    body: JSON.stringify(
      {
        model: 'any',
        messages: [{ role: 'user', content: `Why does this fail?\n\nexport GH=${TOKEN}\n./deploy.sh` }],
      },
      null,
      2,
    ),
  },
  {
    ...base,
    id: 'stack-trace',
    title: 'An error that says too much',
    shows: 'A stack trace in an answer: what the client must not see is taken out, the rest stays byte for byte.',
    side: 'response',
    method: 'GET',
    path: '/orders/17',
    status: 500,
    body: JSON.stringify(
      {
        error: 'PaymentError',
        stack: `PaymentError: declined\n    at charge (shop.js:42) card=${CARD.replaceAll(' ', '')}\n    at retry (shop.js:77) authorization: ${TOKEN}`,
      },
      null,
      2,
    ),
  },
  {
    ...base,
    id: 'disguised',
    title: 'A disguised card',
    shows: 'The same number behind escapes and in base64: what hides characters is undone before rules look.',
    side: 'request',
    path: '/support',
    body: '{\n  "escaped": "\\u0034111 1111 1111 1\\u0031\\u00311",\n  "packed": "Y2FyZCA0MTExIDExMTEgMTExMSAxMTEx",\n  "plain": "nothing to see here"\n}',
  },
  {
    ...base,
    id: 'page',
    title: 'A page with a number across tags',
    shows: 'HTML: a value that mark-up divides is found in the text that a reader sees; every tag stays.',
    side: 'response',
    method: 'GET',
    path: '/account',
    contentType: 'text/html; charset=utf-8',
    body: '<!doctype html>\n<h1>Your account</h1>\n<p>Card <b>4111</b> <b>1111</b> <b>1111</b> <b>1111</b></p>\n<p>Social security number: 536-22-8726</p>\n',
  },
  {
    ...base,
    id: 'export',
    title: 'A CSV export',
    shows: 'Column headers are evidence, too.',
    side: 'response',
    method: 'GET',
    path: '/export/customers',
    contentType: 'text/csv',
    body: 'name,email,card_number,ssn\nAda Example,ada@example.com,5555555555554444,536-22-8726\nGrace Example,grace@example.org,4012888888881881,\n',
  },
  {
    ...base,
    id: 'clean',
    title: 'Nothing to find',
    shows: 'A message with numbers that are no values: it passes as it came.',
    side: 'request',
    path: '/support',
    body: JSON.stringify({ message: 'Where is my lamp? Order 4111-22, ordered 2026-11-02.', version: '2.14.0' }, null, 2),
  },
]
