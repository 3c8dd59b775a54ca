// Suppressions of the policy in force: findings that are none, until when and why.
import { ask } from './api.js'
import { h, head, say } from './dom.js'

const DATE = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })

export function suppressionsView({ changed }) {
  const place = h('div')
  const view = h(
    'div',
    { class: 'view' },
    head(
      'Suppressions',
      'Findings that are known to be none: counted, told as suppressed, and left as they are. Suppress one from Try or Traffic.',
    ),
    place,
  )

  async function draw() {
    try {
      place.replaceChildren(...list(await ask('suppressions')))
    } catch (error) {
      place.replaceChildren(h('p', { class: 'wrong', role: 'alert' }, error.message))
    }
  }

  function list({ suppressions, writable }) {
    if (suppressions.length === 0) return [h('p', { class: 'notice' }, 'There are none.')]
    const columns = ['Rule', 'Route', 'Place', 'Reason', 'Until', ...(writable ? ['Remove'] : [])]
    return [
      h(
        'table',
        { class: 'cards' },
        h('caption', { class: 'hidden' }, 'Suppressions of the policy in force'),
        h(
          'thead',
          null,
          h(
            'tr',
            null,
            columns.map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          null,
          suppressions.map((one) => row(one, writable)),
        ),
      ),
    ]
  }

  function row({ suppression, expired }, writable) {
    const { rule, route, side, path, place: where, reason, expires } = suppression
    const cell = (name, ...children) => h('td', { 'data-label': name }, h('div', null, children))
    const any = (text) => h('span', { class: 'quiet' }, text)
    return h(
      'tr',
      null,
      h('th', { scope: 'row', 'data-label': 'Rule' }, h('div', null, h('code', null, rule))),
      cell('Route', route ?? any('every route'), side && any(`, ${side}s only`)),
      cell('Place', path === undefined && where === undefined ? any('every place') : h('code', null, path ?? where)),
      cell('Reason', reason),
      cell(
        'Until',
        h('time', { datetime: expires }, DATE.format(new Date(expires))),
        expired && [' ', h('span', { class: 'tag warn' }, 'expired')],
      ),
      writable &&
        cell(
          'Remove',
          h(
            'button',
            {
              type: 'button',
              class: 'small',
              'aria-label': `Remove the suppression of ${rule}`,
              onclick: () => remove(suppression),
            },
            'Remove',
          ),
        ),
    )
  }

  async function remove(suppression) {
    try {
      changed((await ask('suppressions/remove', { suppression })).policy)
      say(`${suppression.rule} counts there again.`)
    } catch (error) {
      say(error.message)
    }
    await draw()
    view.querySelector('h1').focus()
  }

  return { view, shown: draw }
}
