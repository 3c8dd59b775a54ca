// Flow map: which category of data went which way on which route, and how often.
import { ask } from './api.js'
import { count, h, head, plural, row, table } from './dom.js'
import { arrow, direction, done, reason, routeName, tone } from './words.js'

export function flowsView() {
  const place = h('div', { class: 'flow-map' })
  const refresh = h('button', { type: 'button', onclick: () => draw() }, 'Refresh')
  const view = h(
    'div',
    { class: 'view' },
    head('Flow map', 'Which kind of data goes which way, on which route: findings of the last 30 days, counted.'),
    h('div', { class: 'actions' }, refresh),
    place,
  )
  async function draw() {
    try {
      const { flows, routes, messages } = await ask('flows')
      place.replaceChildren(...map(flows), ...byRoute(routes, messages))
    } catch (error) {
      place.replaceChildren(h('p', { class: 'wrong', role: 'alert' }, error.message))
    }
  }
  return { view, shown: draw }
}

/** What was done on each route, and what would be, were it enforced. */
function byRoute(routes, messages) {
  if (routes.length === 0) return []
  const number = (of) => (of === 0 ? h('span', { class: 'quiet' }, '0') : h('b', { class: 'figure' }, count(of)))
  return [
    h('h2', { class: 'next' }, 'By route'),
    h(
      'p',
      { class: 'quiet' },
      `Of the ${plural(messages, 'message')} that are kept. “Would be” is what a policy that observes would do when it is enforced.`,
    ),
    table({
      caption: 'What is done with messages, by route and direction',
      columns: ['Route', 'Messages', 'Edited', 'Blocked', 'Would be edited', 'Would be blocked', 'Not inspected'],
      rows: routes.map(({ route, side, messages: all, edited, blocked, wouldEdit, wouldBlock, notInspected }) => {
        const unread = Object.entries(notInspected)
        return row('Route', [
          [
            'Route',
            [
              h('span', { class: 'arrow', 'aria-hidden': 'true' }, arrow(side)),
              routeName(route),
              h('span', { class: 'quiet' }, ` ${direction(side)}`),
            ],
          ],
          ['Messages', number(all)],
          ['Edited', number(edited)],
          ['Blocked', number(blocked)],
          ['Would be edited', number(wouldEdit)],
          ['Would be blocked', number(wouldBlock)],
          [
            'Not inspected',
            unread.length === 0
              ? number(0)
              : unread.map(([code, { messages: n, bytes }]) =>
                  h('span', { class: 'block' }, `${count(n)}: ${reason(code)}, ${count(bytes)} B`),
                ),
          ],
        ])
      }),
      name: 'routes',
    }),
  ]
}

function map(flows) {
  if (flows.length === 0) return [h('p', { class: 'notice' }, 'Nothing was found yet, so nothing flows here.')]
  const unique = (name) => [...new Set(flows.map((flow) => flow[name]))].sort()
  const routes = unique('route')
  const categories = unique('category')
  const total = (of) => of.reduce((sum, flow) => sum + flow.count, 0)
  const most = Math.max(
    ...routes.flatMap((route) =>
      categories.map((category) => total(flows.filter((f) => f.route === route && f.category === category))),
    ),
  )
  return [
    h(
      'p',
      { class: 'quiet' },
      `${plural(total(flows), 'finding')} in ${plural(categories.length, 'category', 'categories')} on ${plural(routes.length, 'route')}.`,
    ),
    table({
      caption: 'Findings by route, category and direction',
      columns: ['Route', ...categories],
      rows: routes.map((route) =>
        row('Route', [
          ['Route', routeName(route)],
          ...categories.map((category) => {
            const here = flows.filter((flow) => flow.route === route && flow.category === category)
            return [category, cell(here, total(here), most), here.length === 0 ? 'nothing' : '']
          }),
        ]),
      ),
      name: 'map',
    }),
  ]
}

function cell(flows, sum, most) {
  if (flows.length === 0)
    return h('div', { class: 'quiet' }, h('span', { 'aria-hidden': 'true' }, '·'), h('span', { class: 'hidden' }, 'none'))
  // By order of magnitude, so that a busy route does not make the others vanish.
  const weight = Math.round((100 * Math.log1p(sum)) / Math.log1p(most))
  return h(
    'div',
    { class: 'flow', vars: { '--weight': `${weight}%` } },
    ['request', 'response'].map((side) => {
      const of = flows.filter((flow) => flow.side === side)
      if (of.length === 0) return undefined
      return h(
        'div',
        { class: 'way' },
        h(
          'b',
          null,
          h('span', { class: 'arrow', 'aria-hidden': 'true' }, arrow(side)),
          count(of.reduce((n, flow) => n + flow.count, 0)),
        ),
        h('span', { class: 'quiet' }, ` ${direction(side)}`),
        h(
          'ul',
          null,
          of.map(({ action, enforced, count: times }) =>
            h('li', { class: `dot ${tone(action, enforced)}` }, `${count(times)} ${done(action, enforced)}`),
          ),
        ),
      )
    }),
  )
}
