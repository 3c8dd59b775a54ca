// Try a message: it goes through the real gateway code to an origin of the console's own, and is kept nowhere.
import { ask } from './api.js'
import { count, field, h, head, plural, say } from './dom.js'
import { messagePane } from './marked.js'
import { anywhereLike, suppressDialog } from './suppress.js'
import { arrow, decision, direction, done, reason, routeName, tone, why } from './words.js'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const TYPES = [
  'application/json',
  'application/x-ndjson',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/html',
  'text/csv',
  'application/xml',
]

/** The view; what was typed and answered stays while the page is open. */
export function tryView(overview, { changed }) {
  const { examples } = overview
  const side = ['request', 'response'].map((name, i) =>
    h('input', { type: 'radio', name: 'side', value: name, id: `side-${name}`, checked: i === 0, onchange: showSide }),
  )
  const method = h(
    'select',
    null,
    METHODS.map((name) => h('option', null, name)),
  )
  const path = h('input', { type: 'text', required: true, spellcheck: 'false', autocomplete: 'off' })
  const host = h('input', { type: 'text', required: true, spellcheck: 'false', autocomplete: 'off' })
  const status = h('input', { type: 'number', min: '200', max: '599', required: true })
  const type = h('input', { type: 'text', list: 'types', spellcheck: 'false', autocomplete: 'off' })
  const headers = h('textarea', { rows: '2', spellcheck: 'false', autocomplete: 'off' })
  const body = h('textarea', { rows: '9', class: 'code', spellcheck: 'false', autocomplete: 'off' })
  const bodyLabel = field('Body', body)
  const statusField = field('Status of the answer', status)
  const send = h('button', { type: 'submit', class: 'main' }, 'Send through the gateway')
  const wrong = h('p', { class: 'wrong', role: 'alert' })
  const withDraft = h('input', { type: 'checkbox', id: 'with-draft' })
  const draftField = h(
    'p',
    { class: 'check-field', hidden: true },
    withDraft,
    h('label', { for: 'with-draft' }, 'With the draft of the policy, which is not in force'),
  )
  const shows = h('p', { class: 'hint', id: 'example-shows' })
  const result = h('div', { class: 'result' })
  const buttons = examples.map((example) =>
    h(
      'button',
      { type: 'button', 'aria-pressed': 'false', 'aria-describedby': 'example-shows', onclick: () => pick(example, true) },
      example.title,
    ),
  )
  let current = examples[0]

  const form = h(
    'form',
    { class: 'card form', onsubmit: submit, onkeydown: (event) => isSend(event) && form.requestSubmit(), novalidate: true },
    h(
      'fieldset',
      { class: 'segments' },
      h('legend', null, 'What is inspected'),
      side.map((input, i) => h('label', { for: input.id }, input, i === 0 ? 'A request' : 'An answer')),
    ),
    h('div', { class: 'pair method' }, field('Method', method), field('Path', path)),
    h('div', { class: 'pair' }, field('Content type', type), statusField),
    bodyLabel,
    h(
      'details',
      null,
      h('summary', null, 'Host and headers'),
      field('Host', host),
      field('Headers', headers, 'One a line, as in x-note: text.'),
    ),
    draftField,
    wrong,
    h('div', { class: 'actions' }, send, h('span', { class: 'hint keys' }, h('kbd', null, 'Ctrl'), ' ', h('kbd', null, 'Enter'))),
    h(
      'datalist',
      { id: 'types' },
      TYPES.map((value) => h('option', { value })),
    ),
  )
  const view = h(
    'div',
    { class: 'view' },
    head(
      'Try a message',
      'It passes through the gateway’s own code and policy to an origin that lives here. Nothing of it is kept.',
    ),
    h('div', { class: 'chips', role: 'group', 'aria-label': 'Examples' }, buttons),
    shows,
    h('div', { class: 'split' }, form, result),
  )

  function pick(example, aloud) {
    current = example
    for (const [i, button] of buttons.entries()) button.setAttribute('aria-pressed', String(examples[i] === example))
    shows.textContent = example.shows
    for (const input of side) input.checked = input.value === example.side
    method.value = example.method
    path.value = example.path
    host.value = example.host
    status.value = example.status
    type.value = example.contentType
    headers.value = example.headers.map((pair) => pair.join(': ')).join('\n')
    body.value = example.body
    showSide()
    return run(aloud)
  }

  const useDraft = () => overview.draft !== undefined && withDraft.checked
  const isAnswer = () => side[1].checked
  function showSide() {
    statusField.hidden = !isAnswer()
    bodyLabel.querySelector('label').textContent = isAnswer() ? 'Body of the answer' : 'Body of the request'
  }

  function submit(event) {
    event.preventDefault()
    return run(true)
  }

  /** The message is sent once more, so that the effect is seen. */
  const suppressed = (policy) => {
    changed(policy)
    return run(true)
  }

  async function run(aloud) {
    wrong.textContent = ''
    send.disabled = true
    try {
      const message = {
        side: isAnswer() ? 'response' : 'request',
        method: method.value,
        host: host.value,
        path: path.value,
        status: Number(status.value),
        contentType: type.value,
        headers: headers.value
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map((line) => [line.split(':', 1)[0].trim(), line.slice(line.indexOf(':') + 1).trim()]),
        body: body.value,
        ...(useDraft() ? { policy: overview.draft } : {}),
      }
      const answer = await ask('try', message)
      result.replaceChildren(...show(answer, message, useDraft() ? { name: 'draft' } : overview.policy, suppressed))
      if (aloud) say(`${summary(answer)} ${plural(answer.findings.length, 'finding')}.`)
    } catch (error) {
      wrong.textContent = error.option ? `${error.option}: ${error.message}` : error.message
    } finally {
      send.disabled = false
    }
  }

  void pick(current, false)
  return {
    view,
    shown() {
      draftField.hidden = overview.draft === undefined
    },
  }
}

const isSend = (event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey)

/** The sides that say something: the tried one, and any other with findings. */
const told = (events, side) =>
  events.filter((event) => event.side === side || event.findingCount > 0 || event.decision === 'blocked')

function summary({ events }) {
  const worst = ['blocked', 'aborted', 'edited', 'not-inspected', 'found', 'clean']
  const event = worst.map((code) => events.find((one) => one.decision === code)).find((one) => one !== undefined)
  if (event === undefined) return 'The gateway answered itself.'
  if (event.decision === 'clean') return 'Nothing was found; the message passed byte for byte.'
  const on = event.side === 'request' ? 'The request' : 'The answer'
  return {
    blocked: `${on} was blocked${event.side === 'request' ? '; the origin never saw it' : '; the client got a refusal'}.`,
    aborted: `${on} was ended on its way.`,
    edited: `${on} was edited; everything else passed byte for byte.`,
    found: `${on} was left as it is, and its findings are reported.`,
    'not-inspected': `${on} was not inspected.`,
  }[event.decision]
}

function show(answer, message, policy, suppressed) {
  const { sent, received, answered, got, findings, untold, events } = answer
  const tones = findings.map(({ action, enforced, suppressed }) => tone(action, enforced, suppressed))
  const worst = events.some((e) => e.decision === 'blocked')
    ? 'stop'
    : events.some((e) => e.edits > 0)
      ? 'edit'
      : findings.length > 0
        ? 'warn'
        : 'calm'
  const beside = (side) =>
    findings.flatMap((finding, i) =>
      finding.side === side && finding.place !== 'body' ? [{ place: finding.place, number: i + 1 }] : [],
    )
  const nothing = 'Nothing: it was blocked before.'
  return [
    h('div', { class: `verdict ${worst}` }, h('h2', null, summary(answer)), verdictDetail(events, policy)),
    h(
      'div',
      { class: 'panes' },
      messagePane({ title: 'Sent', who: 'by the client', shown: sent, tones, beside: beside('request') }),
      messagePane({ title: 'Received', who: 'by the origin', shown: received, before: sent, missing: nothing }),
      messagePane({
        title: 'Answered',
        who: message.side === 'request' ? 'by the origin, an echo' : 'by the origin',
        shown: answered,
        missing: nothing,
        tones,
        beside: beside('response'),
      }),
      messagePane({ title: 'Got', who: 'by the client', shown: got, before: answered }),
    ),
    findingsList(findings, untold, events, suppressed),
    h('h2', null, 'What was inspected'),
    h('div', { class: 'receipts' }, told(events, message.side).map(receipt)),
  ]
}

function verdictDetail(events, policy) {
  const event = events.at(-1)
  if (event === undefined) return undefined
  return h(
    'p',
    { class: 'quiet' },
    'Policy ',
    policy?.name ? h('b', null, policy.name, ' ') : '',
    h('code', null, event.policy),
    `, ${event.mode === 'enforce' ? 'enforcing' : 'observing'}, ${event.route === '' ? 'no route' : `route ${event.route}`}`,
  )
}

function findingsList(findings, untold, events, suppressed) {
  if (findings.length === 0) return undefined
  const items = findings.map((finding, i) =>
    h(
      'li',
      { id: `finding-${i + 1}`, tabindex: '-1', class: `finding ${tone(finding.action, finding.enforced, finding.suppressed)}` },
      h(
        'div',
        { class: 'finding-head' },
        h('span', { class: 'number', 'aria-hidden': 'true' }, i + 1),
        h('h3', null, h('code', null, finding.rule)),
        h(
          'span',
          { class: `tag ${tone(finding.action, finding.enforced, finding.suppressed)}` },
          done(finding.action, finding.enforced, finding.suppressed),
        ),
      ),
      h(
        'dl',
        null,
        pair('Where', `${finding.side === 'request' ? 'request' : 'answer'}, ${placeOf(finding)}`),
        pair('Category', finding.group),
        pair('Confidence', finding.confidence),
        pair('Defined by', finding.source),
      ),
      h('p', { class: 'why-title' }, 'Why it counted'),
      h(
        'ul',
        { class: 'why' },
        finding.why.map((note) => h('li', null, why(note))),
      ),
      !finding.suppressed &&
        h(
          'button',
          {
            type: 'button',
            class: 'small',
            'aria-label': `Suppress ${finding.rule}, finding ${i + 1}`,
            onclick: () =>
              suppressDialog({
                rule: finding.rule,
                route: events.find((event) => event.side === finding.side)?.route ?? '',
                path: anywhereLike(finding.path),
                place: finding.place,
                done: suppressed,
              }),
          },
          'Suppress…',
        ),
    ),
  )
  return h(
    'section',
    { 'aria-labelledby': 'findings' },
    h('h2', { id: 'findings' }, plural(findings.length + untold, 'finding')),
    h('ol', { class: 'findings' }, items),
    untold > 0 && h('p', { class: 'quiet' }, `${count(untold)} more are counted and not shown.`),
  )
}

const pair = (name, value) => h('div', null, h('dt', null, name), h('dd', null, value))

function placeOf({ place, path }) {
  if (place !== 'body') return place
  return path === '' ? 'body' : path
}

function receipt(event) {
  const { bytesIn, inspected, notInspected, remarks } = event.receipt
  const [label, how] = decision(event.decision)
  const share = bytesIn === 0 ? 100 : Math.round((100 * inspected) / bytesIn)
  return h(
    'div',
    { class: 'card receipt' },
    h(
      'p',
      null,
      h('b', null, event.side === 'request' ? 'Request' : 'Answer'),
      ` ${arrow(event.side)} ${direction(event.side)} `,
      h('span', { class: `tag ${how}` }, label),
    ),
    h('div', { class: 'meter', 'aria-hidden': 'true' }, h('span', { vars: { '--share': `${share}%` } })),
    h('p', null, `${count(inspected)} of ${plural(bytesIn, 'byte')} inspected`),
    Object.entries(notInspected).map(([code, bytes]) =>
      h('p', { class: 'quiet' }, `${plural(bytes, 'byte')} not inspected: ${reason(code)}`),
    ),
    Object.keys(notInspected).length === 0 && h('p', { class: 'quiet' }, 'Nothing was left out.'),
    Object.entries(remarks).map(([code, times]) =>
      h('p', { class: 'quiet' }, `Remark: ${code}${times > 1 ? ` (${times} times)` : ''}`),
    ),
    event.route !== '' && h('p', { class: 'quiet' }, `Route ${routeName(event.route)}`),
  )
}
