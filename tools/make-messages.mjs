// Writes test/cases/messages/: recorded HTTP messages with the result each must have on every platform. Expected spans come from
// ../shared/corpora or are marked by hand in tools/messages/themes/; nothing of src/, rules/ or adapters/ is used, and nothing is
// recorded from the product. `node tools/make-messages.mjs [folder]`; EDGE_DLP_SHARED names the shared folder.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeCase } from './messages/case.mjs'
import { loadCorpora } from './messages/corpora.mjs'
import { POLICIES } from './messages/policies.mjs'
import blocked from './messages/themes/blocked.mjs'
import coded from './messages/themes/coded.mjs'
import form from './messages/themes/form.mjs'
import headers from './messages/themes/headers.mjs'
import json from './messages/themes/json.mjs'
import text from './messages/themes/text.mjs'
import uninspected from './messages/themes/uninspected.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const corpora = loadCorpora(join(process.env.EDGE_DLP_SHARED ?? join(root, '../shared'), 'corpora'))
const out = process.argv[2] ?? join(root, 'test/cases/messages')

mkdirSync(join(out, 'policies'), { recursive: true })
for (const [name, policy] of Object.entries(POLICIES)) {
  writeFileSync(join(out, 'policies', `${name}.json`), `${JSON.stringify({ version: name, ...policy }, null, 2)}\n`)
}
const ids = new Set()
for (const [name, theme] of Object.entries({ json, form, text, coded, blocked, uninspected, headers })) {
  const cases = theme(corpora).map(makeCase)
  for (const { id } of cases) {
    if (ids.has(id)) throw new Error(`two cases are named ${id}`)
    ids.add(id)
  }
  writeFileSync(join(out, `${name}.jsonl`), cases.map((item) => `${JSON.stringify(item)}\n`).join(''))
}
console.log(`${ids.size} messages`)
