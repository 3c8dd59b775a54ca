// The dialog that suppresses a finding.
import { ask } from './api.js'
import { field, h, say } from './dom.js'
import { routeName } from './words.js'

/** Asks for reason and length, and keeps the suppression. `inForce`: the gateway acts on it. */
export function suppressDialog({ rule, route, path, inForce, done }) {
  const place = h('input', { type: 'text', value: generalised(path), spellcheck: 'false', autocomplete: 'off' })
  const reason = h('input', { type: 'text', required: true, minlength: '3', maxlength: '200', autocomplete: 'off' })
  const where = h(
    'select',
    null,
    h('option', { value: route }, route === '' ? 'Messages of no route' : `Route ${route}`),
    h('option', { value: '*' }, 'Every route'),
  )
  const days = h(
    'select',
    null,
    [7, 30, 90, 365].map((n) => h('option', { value: String(n), selected: n === 30 }, n === 365 ? 'a year' : `${n} days`)),
  )
  const wrong = h('p', { class: 'wrong', role: 'alert' })
  const dialog = h(
    'dialog',
    { 'aria-labelledby': 'suppress-title' },
    h(
      'form',
      { method: 'dialog', onsubmit: submit },
      h('h2', { id: 'suppress-title' }, 'Suppress ', h('code', null, rule)),
      h('p', { class: 'quiet' }, 'Findings of this rule will not count at this place until the date is reached.'),
      !inForce &&
        h(
          'p',
          { class: 'notice' },
          'Kept in the console. The gateway does not act on it yet: put it into its store of suppressions.',
        ),
      field('Where', where),
      field('Place in the document', place, 'Empty for every place; * stands for one name or index. Write no value here.'),
      field('Reason', reason, 'For whoever asks later.'),
      field('For', days),
      wrong,
      h(
        'div',
        { class: 'actions' },
        h('button', { type: 'submit', class: 'main' }, 'Suppress'),
        h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
      ),
    ),
  )
  async function submit(event) {
    event.preventDefault()
    try {
      await ask('suppressions', { rule, route: where.value, path: place.value, reason: reason.value, days: Number(days.value) })
    } catch (error) {
      wrong.textContent = `${error.option}: ${error.message}`
      return
    }
    dialog.close()
    say(`${rule} is suppressed ${where.value === '*' ? 'on every route' : routeName(where.value)}.`)
    done?.()
  }
  const before = document.activeElement
  dialog.addEventListener('close', () => {
    dialog.remove()
    before?.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
  reason.focus()
}

// Any index of a list will do.
const generalised = (path) => path.replace(/\/\d+(?=\/|$)/g, '/*')
