// The policy: read it, change it, see what the change would do to recent messages.
import { ask } from './api.js'
import { count, field, h, head, plural, row, say, table } from './dom.js'
import { arrow, direction, happened, routeName } from './words.js'

const WAIT_MS = 350
/** Audit events shown. */
const LOGGED = 12
const WHEN = new Intl.DateTimeFormat('en', {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

export function policyView(overview, { changed }) {
  let { policy } = overview
  let shownText = policy?.text ?? '{}'
  const editor = h('textarea', {
    class: 'code tall',
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
    rows: '22',
    value: policy?.text ?? '{}',
  })
  const verdict = h('div', { class: 'check', id: 'policy-check', role: 'status' })
  const effect = h('div', { class: 'effect' })
  const log = h('div', { class: 'effect' })
  const apply = h('button', { type: 'button', class: 'main', disabled: true, onclick: () => save(editor.value) }, 'Put in force')
  const reset = h('button', { type: 'button', onclick: () => load(policy?.text ?? '{}') }, 'Undo changes')
  const back = h('button', { type: 'button', onclick: () => save(null) }, 'Back to the policy of the file')
  const state = h('p', { class: 'quiet' })
  editor.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(check, WAIT_MS)
  })
  const editorField = field('Policy, as JSON', editor)
  editor.setAttribute('aria-describedby', 'policy-check')
  const view = h(
    'div',
    { class: 'view' },
    head('Policy', 'What is done with which finding, and where. Changes are checked as you type, against recent messages too.'),
    h(
      'div',
      { class: 'split even' },
      h(
        'div',
        { class: 'card form' },
        editorField,
        verdict,
        h('div', { class: 'actions' }, policy?.writable && apply, reset, policy?.writable && back),
        state,
      ),
      h('div', null, h('h2', null, 'What would change'), effect, h('h2', null, 'What happened'), log, selectors(overview.rules)),
    ),
  )
  let timer
  let asked = 0

  function describe() {
    back.hidden = policy?.own !== true
    state.textContent =
      policy === null
        ? 'No policy is in force.'
        : policy.writable
          ? policy.own
            ? 'In force: the policy that was written here. It stays until the policy file changes.'
            : 'In force: the policy of the file.'
          : 'In force: the deployed policy. It is changed where it is deployed; here a draft can be checked.'
  }

  function load(text) {
    shownText = editor.value = text
    return check()
  }

  async function drawLog() {
    const { audits } = await ask('audits').catch(() => ({ audits: [] }))
    const items = audits
      .slice(0, LOGGED)
      .map((event) =>
        h(
          'li',
          null,
          h('time', { class: 'quiet', datetime: new Date(event.time).toISOString() }, WHEN.format(event.time)),
          h('span', null, happened(event)),
        ),
      )
    log.replaceChildren(items.length === 0 ? h('p', { class: 'quiet' }, 'Nothing yet.') : h('ul', { class: 'log' }, items))
  }

  /** Another view may have changed the policy; a draft under way stays. */
  function shown() {
    void drawLog()
    const untouched = editor.value === shownText
    policy = overview.policy
    describe()
    return untouched ? load(policy?.text ?? '{}') : check()
  }

  async function check() {
    const mine = ++asked
    try {
      const { version, change } = await ask('policy/check', { text: editor.value })
      if (mine !== asked) return
      editor.removeAttribute('aria-invalid')
      const same = version === policy?.version
      verdict.replaceChildren(
        h(
          'p',
          { class: 'good' },
          same
            ? 'Valid, and the same as the policy in force.'
            : [
                'Valid. Its version would be ',
                h('code', null, version),
                '. ',
                h('a', { href: '#try' }, 'Try a message with it'),
                '.',
              ],
        ),
      )
      apply.disabled = same
      overview.draft = same ? undefined : editor.value
      effect.replaceChildren(...comparison(change, same))
    } catch (error) {
      if (mine !== asked) return
      editor.setAttribute('aria-invalid', 'true')
      apply.disabled = true
      overview.draft = undefined
      const at = placeOf(error.option, editor.value)
      verdict.replaceChildren(
        h('p', { class: 'wrong' }, error.message),
        at &&
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              onclick: () => {
                editor.focus()
                editor.setSelectionRange(...at)
              },
            },
            'Show me',
          ),
      )
      effect.replaceChildren(h('p', { class: 'quiet' }, 'Told when the policy is valid.'))
    }
  }

  async function save(text) {
    try {
      policy = (await ask('policy', { text })).policy
    } catch (error) {
      verdict.replaceChildren(h('p', { class: 'wrong' }, error.message))
      return
    }
    describe()
    changed(policy)
    say(text === null ? 'The policy of the file is in force again.' : 'The policy is in force.')
    await load(policy?.text ?? '{}')
    // It is recorded a moment later.
    setTimeout(drawLog, WAIT_MS)
  }

  describe()
  return { view, shown }
}

/** Where the last key of `policy.request["identity/us"].mask` stands in the text; each key is looked for behind the one before. */
function placeOf(option, text) {
  const keys = [...(option ?? '').matchAll(/\.([\w$]+)|\["((?:[^"\\]|\\.)*)"\]/g)].map(([, plain, quoted]) => plain ?? quoted)
  let at = 0
  let found
  for (const key of keys) {
    const next = text.indexOf(`"${key}"`, at)
    if (next < 0) continue
    found = [next, next + key.length + 2]
    at = found[1]
  }
  return found
}

const FATES = {
  passes: 'pass unseen',
  'is reported': 'be reported only',
  'is edited': 'be edited',
  'is blocked': 'be blocked',
}

function comparison({ messages, fates, changes, newRules, unsure, unsureFindings }, same) {
  if (same) return [h('p', { class: 'quiet' }, 'Change the policy, and this says what would become of recent messages.')]
  if (messages === 0) return [h('p', { class: 'quiet' }, 'No messages have passed yet to compare with.')]
  const out = []
  if (changes.length === 0) out.push(h('p', null, `Nothing, for ${plural(messages, 'recent message')}.`))
  else {
    out.push(
      fates.length > 0 &&
        h(
          'ul',
          { class: 'fates' },
          fates.map(({ before, after, messages: n }) =>
            h(
              'li',
              { class: after === 'is blocked' ? 'stop' : after === 'is edited' ? 'edit' : 'warn' },
              h('b', null, plural(n, 'message')),
              ` would ${FATES[after]}, where now ${n === 1 ? 'it would' : 'they would'} ${FATES[before]}.`,
            ),
          ),
        ),
      table({
        caption: 'Findings that would be treated otherwise',
        columns: ['Rule', 'Now', 'Then', 'Findings'],
        rows: changes.map(({ rule, side, routeAfter, before, after, findings }) =>
          row('Rule', [
            [
              'Rule',
              [
                h('code', null, rule),
                h('span', { class: 'quiet block' }, `${arrow(side)} ${direction(side)}, ${routeName(routeAfter)}`),
              ],
            ],
            ['Now', before],
            ['Then', h('b', null, after)],
            ['Findings', count(findings), 'figure'],
          ]),
        ),
      }),
    )
  }
  out.push(h('p', { class: 'quiet' }, `Judged by the shapes of ${plural(messages, 'recent message')}.`))
  if (unsure > 0)
    out.push(
      h(
        'p',
        { class: 'notice' },
        `${plural(unsure, 'message')} may match a route whose path is not kept: paths keep common words only.`,
      ),
    )
  if (unsureFindings > 0)
    out.push(
      h('p', { class: 'notice' }, `${plural(unsureFindings, 'finding')} may fall under a suppression: shapes keep no places.`),
    )
  if (newRules.length > 0)
    out.push(
      h(
        'details',
        null,
        h('summary', null, `${plural(newRules.length, 'rule')} would be new`),
        h(
          'p',
          { class: 'quiet' },
          'They were off on some of these messages, so what they would have found is not known. Observe first.',
        ),
        h(
          'p',
          null,
          newRules.map((rule) => [h('code', null, rule), ' ']),
        ),
      ),
    )
  return out.filter(Boolean)
}

function selectors(rules) {
  const groups = [...new Set(rules.map(({ group }) => group))].sort()
  return h(
    'details',
    { class: 'selectors' },
    h('summary', null, `The ${rules.length} rules and their selectors`),
    groups.map((group) =>
      h(
        'div',
        null,
        h('h3', null, h('code', null, group)),
        h(
          'ul',
          null,
          rules
            .filter((rule) => rule.group === group)
            .map(({ path, title }) => h('li', null, h('code', null, path), ` ${title}`)),
        ),
      ),
    ),
  )
}
