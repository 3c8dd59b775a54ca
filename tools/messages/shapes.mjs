// Bodies of public APIs with one text of the user's in them, as their documentation shows them. `§` is the text.
import { JSON_TEXT } from './encodings.mjs'
import { encode, fill } from './parts.mjs'

/** Method, path, body. */
export const JSON_SHAPES = {
  chat: [
    'POST',
    '/v1/chat/completions',
    '{"model":"gpt-4o-mini","temperature":0.2,"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"§"}]}',
  ],
  slack: ['POST', '/api/chat.postMessage', '{"channel":"C024BE91L","text":"§","unfurl_links":false,"blocks":[]}'],
  ticket: [
    'POST',
    '/api/v2/tickets.json',
    '{\n  "ticket": {\n    "subject": "Account question",\n    "comment": { "body": "§", "public": false },\n    "priority": "urgent",\n    "tags": ["web", "billing"]\n  }\n}\n',
  ],
  rpc: [
    'POST',
    '/mcp',
    '{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"search_notes","arguments":{"query":"§","limit":20}}}',
  ],
  graphql: [
    'POST',
    '/graphql',
    '{"query":"mutation($body: String!) {\\n  addComment(body: $body) { id }\\n}","variables":{"body":"§"},"operationName":null}',
  ],
  logs: [
    'POST',
    '/api/v2/logs',
    '[{"ddsource":"nginx","ddtags":"env:prod","message":"§","service":"web"},{"ddsource":"nginx","message":"healthy","service":"web"}]',
  ],
  comment: [
    'PATCH',
    '/repos/acme/shop/issues/comments/3',
    '{ "id": 3, "node_id": "MDEyOklzc3Vl", "body": "§", "created_at": "2026-02-11T09:14:03Z", "reactions": {"total_count": 0} }',
  ],
  document: ['PUT', '/notes/_doc/41', '{"title":"Call","text":"§","lang":"en","score":0.8125,"draft":true,"parent":null}'],
}

/** JSON in a string of JSON (tool calls of language models, envelopes of queues): method, path, outer and inner body. */
export const NESTED_SHAPES = {
  toolCall: [
    'POST',
    '/v1/responses',
    '{"choices":[{"index":0,"message":{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"add_note","arguments":"§"}}]}}]}',
    '{"note":"§","pinned":false}',
  ],
  queue: [
    'POST',
    '/queue/messages',
    '{"Type":"Notification","Subject":"order.note","Message":"§","SignatureVersion":"1"}',
    '{"event":"order.note","data":{"text":"§","tries":[1,2]}}',
  ],
}

export function jsonBody(shape, text, style = JSON_TEXT.plain) {
  return fill(JSON_SHAPES[shape][2], encode(text, style))
}

export function nestedBody(shape, text, style = JSON_TEXT.plain) {
  const [, , outer, inner] = NESTED_SHAPES[shape]
  return fill(outer, encode(fill(inner, encode(text, style)), JSON_TEXT.plain))
}
