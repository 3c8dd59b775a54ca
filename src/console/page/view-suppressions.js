// Suppressions of the policy in force: findings that are none, until when and why.
import { ask } from './api.js'
import { h, head, row, say, table } from './dom.js'

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
    const rows = suppressions.map((one) => rowOf(one, writable))
    return [table({ caption: 'Suppressions of the policy in force', columns, rows })]
  }

  function rowOf({ suppression, expired }, writable) {
    const { rule, route, side, path, place: where, reason, expires } = suppression
    const any = (text) => h('span', { class: 'quiet' }, text)
    const until = h('time', { datetime: expires }, DATE.format(new Date(expires)))
    const button = h(
      'button',
      { type: 'button', class: 'small', 'aria-label': `Remove the suppression of ${rule}`, onclick: () => remove(suppression) },
      'Remove',
    )
    return row('Rule', [
      ['Rule', h('code', null, rule)],
      ['Route', [route ?? any('every route'), side && any(`, ${side}s only`)]],
      ['Place', path === undefined && where === undefined ? any('every place') : h('code', null, path ?? where)],
      ['Reason', reason],
      ['Until', [until, expired && [' ', h('span', { class: 'tag warn' }, 'expired')]]],
      ...(writable ? [['Remove', button]] : []),
    ])
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
