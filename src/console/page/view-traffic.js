// Live traffic: recent messages as shapes, newest first.
import { ask } from './api.js'
import { chosen, count, field, h, head, options, plural, row, say, table } from './dom.js'
import { suppressDialog } from './suppress.js'
import { arrow, decision, direction, done, reason, routeName, tone } from './words.js'

const EVERY_MS = 2_000

export function trafficView({ changed }) {
  const selects = { route: h('select'), rule: h('select'), action: h('select'), side: h('select') }
  for (const select of Object.values(selects)) select.addEventListener('change', () => refresh(true))
  options(selects.side, ['request', 'response'], 'Both')
  for (const [name, first] of FIRST) options(selects[name], [], first)
  const summary = h('p', { class: 'quiet', id: 'traffic-summary' })
  const list = table({
    caption: 'Recent messages, newest first',
    columns: ['Time', 'Message', 'Route', 'Outcome', 'Findings', 'Inspected'],
    rows: [],
    name: 'traffic',
    describedBy: 'traffic-summary',
  })
  const rows = list.querySelector('tbody')
  const none = h('p', { class: 'notice', hidden: true })
  const wrong = h('p', { class: 'wrong', role: 'alert' })
  let paused = false
  const pause = h('button', { type: 'button', 'aria-pressed': 'false', onclick: toggle }, 'Pause')
  const view = h(
    'div',
    { class: 'view' },
    head('Traffic', 'Messages that passed lately, by their shape: no value, no free text of a path or a host is kept.'),
    h(
      'div',
      { class: 'filters', role: 'search', 'aria-label': 'Filter messages' },
      field('Route', selects.route),
      field('Rule', selects.rule),
      field('Action', selects.action),
      field('Direction', selects.side),
      pause,
    ),
    summary,
    wrong,
    none,
    list,
  )
  let drawn = ''

  function toggle() {
    paused = !paused
    pause.setAttribute('aria-pressed', String(paused))
    pause.textContent = paused ? 'Paused' : 'Pause'
    if (!paused) void refresh(false)
  }

  async function refresh(aloud) {
    const filter = Object.entries(selects).flatMap(([name, select]) => {
      const value = chosen(select)
      return value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]
    })
    let traffic
    try {
      traffic = await ask(`traffic?${filter.join('&')}`)
      wrong.textContent = ''
    } catch (error) {
      wrong.textContent = error.message
      return
    }
    const { messages, seen, kept } = traffic
    for (const [name, first] of FIRST) {
      const select = selects[name]
      const names = traffic[`${name}s`]
      if (document.activeElement !== select || select.options.length - 1 !== names.length)
        options(select, names, first, chosen(select))
    }
    summary.textContent = `${plural(messages.length, 'message')} shown of ${count(kept)} kept; ${count(seen)} passed since the console has been on.`
    if (aloud) say(`${plural(messages.length, 'message')} shown.`)
    none.hidden = messages.length > 0
    none.textContent =
      filter.length > 0
        ? 'No message is like that.'
        : 'No message has passed yet. Send one through the gateway, and it appears here.'
    list.hidden = messages.length === 0
    const state = JSON.stringify(messages.map(({ id, side }) => id + side))
    if (state === drawn) return
    drawn = state
    // What is being used must not be taken away.
    if (rows.contains(document.activeElement) && !aloud) return void (drawn = '')
    rows.replaceChildren(...messages.map((shape) => messageRow(shape, changed)))
  }

  let timer
  return {
    view,
    shown() {
      void refresh(false)
      timer = setInterval(() => {
        if (!paused && !document.hidden) void refresh(false)
      }, EVERY_MS)
    },
    hidden: () => clearInterval(timer),
  }
}

const FIRST = [
  ['route', 'Every route'],
  ['rule', 'Any rule'],
  ['action', 'Any action'],
]

/** Hosts that say nothing: this machine, and one that is not kept. */
const LOCAL = new Set(['*', '127.0.0.1', 'localhost'])

const TIME = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

function messageRow(shape, changed) {
  const { side, method, host, path, status, route, findings, bytesIn, inspected, notInspected } = shape
  const [label, how] = decision(shape.decision)
  return row('Message', [
    ['Time', h('time', { datetime: new Date(shape.time).toISOString() }, TIME.format(shape.time))],
    [
      'Message',
      [
        h('span', { class: 'arrow', 'aria-hidden': 'true' }, arrow(side)),
        h('span', { class: 'hidden' }, direction(side), ': '),
        h('span', { class: 'path' }, `${method} ${path}`),
        h('span', { class: 'quiet' }, side === 'response' ? ` ${status}` : '', LOCAL.has(host) ? '' : ` ${host}`),
      ],
    ],
    ['Route', h('span', { class: route === '' ? 'quiet' : '' }, routeName(route))],
    [
      'Outcome',
      [
        h('span', { class: `tag ${how}` }, label),
        shape.reason !== undefined && shape.reason !== 'finding' && h('span', { class: 'quiet' }, ` ${reason(shape.reason)}`),
      ],
    ],
    [
      'Findings',
      findings.length === 0 ? h('span', { class: 'quiet' }, 'none') : findings.map((finding) => chip(finding, route, changed)),
    ],
    [
      'Inspected',
      [
        h('span', { class: 'figure' }, `${count(inspected)} of ${count(bytesIn)} B`),
        Object.entries(notInspected).map(([code, bytes]) =>
          h('span', { class: 'quiet block' }, `${count(bytes)} B ${reason(code)}`),
        ),
      ],
    ],
  ])
}

function chip({ rule, action, enforced, suppressed, confidence, count: times }, route, changed) {
  const made = `${times > 1 ? `${count(times)}× ` : ''}${done(action, enforced, suppressed)}`
  const content = [h('b', null, rule), ` ${made}`]
  const tones = `chip ${tone(action, enforced, suppressed)}`
  if (suppressed) return h('span', { class: tones }, content)
  return h(
    'button',
    {
      type: 'button',
      class: tones,
      title: `${confidence} confidence. Choose to suppress it.`,
      onclick: () => suppressDialog({ rule, route, path: route === '' ? '/**' : '', done: changed }),
    },
    content,
    h('span', { class: 'hidden' }, ': suppress'),
  )
}
