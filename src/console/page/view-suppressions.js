// Suppressions: findings that are not to count, until when and why.
import { ask } from './api.js'
import { h, head, say } from './dom.js'
import { routeName } from './words.js'

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

export function suppressionsView() {
  const place = h('div')
  const view = h(
    'div',
    { class: 'view' },
    head('Suppressions', 'Findings that are known and are not to count. Suppress one from Try a message or from Traffic.'),
    place,
  )

  async function draw() {
    try {
      const answer = await ask('suppressions')
      place.replaceChildren(...list(answer))
    } catch (error) {
      place.replaceChildren(h('p', { class: 'wrong', role: 'alert' }, error.message))
    }
  }

  function list({ suppressions, inForce, now }) {
    const note = !inForce && h('p', { class: 'notice' }, 'These are kept in the console. The gateway does not act on them yet.')
    if (suppressions.length === 0) return [note, h('p', { class: 'notice' }, 'There are none.')].filter(Boolean)
    return [
      note,
      h(
        'table',
        { class: 'cards' },
        h('caption', { class: 'hidden' }, 'Suppressions, newest first'),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            ['Rule', 'Route', 'Place', 'Reason', 'Until', 'Remove'].map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          null,
          suppressions.map((one) => row(one, now)),
        ),
      ),
    ].filter(Boolean)
  }

  function row({ id, rule, route, path, reason, expires }, now) {
    const cell = (name, ...children) => h('td', { 'data-label': name }, h('div', null, children))
    return h(
      'tr',
      null,
      h('th', { scope: 'row', 'data-label': 'Rule' }, h('div', null, h('code', null, rule))),
      cell('Route', route === '*' ? 'every route' : routeName(route)),
      cell('Place', path === '' ? h('span', { class: 'quiet' }, 'every place') : h('code', null, path)),
      cell('Reason', reason),
      cell('Until', DATE.format(expires), expires <= now && h('span', { class: 'tag warn' }, 'expired')),
      cell(
        'Remove',
        h(
          'button',
          { type: 'button', class: 'small', 'aria-label': `Remove the suppression of ${rule}`, onclick: () => remove(id, rule) },
          'Remove',
        ),
      ),
    )
  }

  async function remove(id, rule) {
    await ask('suppressions/remove', { id }).catch(() => {})
    await draw()
    say(`${rule} counts again.`)
    view.querySelector('h1').focus()
  }

  return { view, shown: draw }
}
