// The dialog that suppresses a finding.
import { ask } from './api.js'
import { field, h, say } from './dom.js'

/**
 * Asks where, why and how long. Where the console may write policies the suppression is in force at once; elsewhere it says what to add to
 * the policy. `done(policy)` hears of the former.
 */
export function suppressDialog({ rule, route, path, place, done }) {
  const inBody = place === undefined || place === 'body'
  const where = h(
    'select',
    null,
    route !== '' && h('option', { value: route }, `Route ${route}`),
    h('option', { value: '' }, route === '' ? 'Every route, and outside of them' : 'Every route'),
  )
  const at = h('input', { type: 'text', value: path, spellcheck: 'false', autocomplete: 'off', placeholder: '/orders/*/id' })
  const reason = h('input', { type: 'text', required: true, minlength: '3', maxlength: '200', autocomplete: 'off' })
  const days = h(
    'select',
    null,
    [7, 30, 90, 365].map((n) => h('option', { value: String(n), selected: n === 30 }, n === 365 ? 'a year' : `${n} days`)),
  )
  const wrong = h('p', { class: 'wrong', role: 'alert' })
  const form = h(
    'form',
    { method: 'dialog', onsubmit: submit },
    h('h2', { id: 'suppress-title' }, 'Suppress ', h('code', null, rule)),
    h(
      'p',
      { class: 'quiet' },
      'What this rule finds there is counted and told as suppressed, and left as it is, until the time is over.',
    ),
    field('Where', where),
    inBody
      ? field('Place in the body', at, '* stands for one name or index, ** for any number. Write no value here.')
      : h('p', null, 'Place: ', h('code', null, place)),
    field('Reason', reason, 'For whoever asks later.'),
    field('For', days),
    wrong,
    h(
      'div',
      { class: 'actions' },
      h('button', { type: 'submit', class: 'main' }, 'Suppress'),
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Cancel'),
    ),
  )
  const dialog = h('dialog', { 'aria-labelledby': 'suppress-title' }, form)

  async function submit(event) {
    event.preventDefault()
    try {
      const answer = await ask('suppressions', {
        rule,
        route: where.value,
        ...(inBody ? { path: at.value.trim() } : { place }),
        reason: reason.value,
        days: Number(days.value),
      })
      if (!answer.inForce) return tellHow(answer.suppression)
      dialog.close()
      say(`${rule} is suppressed there.`)
      done?.(answer.policy)
    } catch (error) {
      wrong.textContent = error.option ? `${error.option}: ${error.message.replace(`${error.option}: `, '')}` : error.message
    }
  }

  function tellHow(suppression) {
    const close = h('button', { type: 'button', class: 'main', onclick: () => dialog.close() }, 'Close')
    form.replaceChildren(
      h('h2', { id: 'suppress-title' }, 'Add this to the policy'),
      h('p', { class: 'quiet' }, 'This deployment takes its policy from elsewhere. One of suppressions:'),
      h(
        'pre',
        { class: 'body', tabindex: '0', role: 'region', 'aria-label': 'The suppression' },
        JSON.stringify(suppression, null, 2),
      ),
      h('p', { class: 'quiet' }, 'The command ', h('code', null, 'edge-dlp suppress'), ' does so, and signs the policy anew.'),
      h('div', { class: 'actions' }, close),
    )
    close.focus()
  }

  const before = document.activeElement
  dialog.addEventListener('close', () => {
    dialog.remove()
    if (before?.isConnected) before.focus()
  })
  document.body.append(dialog)
  dialog.showModal()
  reason.focus()
}

/** Where in a body a finding is suppressed unless said otherwise: any index of a list will do, and in a text anywhere. */
export const anywhereLike = (path) => (path === '' ? '/**' : path.replace(/\/\d+(?=\/|$)/g, '/*'))
