// A message at one point of its way: start line, headers with what changed, body with its marks.
import { h, plural } from './dom.js'

/**
 * `before`: the message a step earlier, whose headers these are compared with. `beside`: findings in the URL and in headers, as `place` and
 * `number`; `tones`: how each finding is coloured.
 */
export function messagePane({ title, who, shown, before, missing, tones = [], beside = [] }) {
  const id = `pane-${title.replace(/\W/g, '-').toLowerCase()}`
  if (shown === undefined)
    return h(
      'section',
      { class: 'pane empty', 'aria-labelledby': id },
      paneHead(id, title, who),
      h('p', { class: 'quiet' }, missing),
    )
  const text = h('pre', { class: 'body', tabindex: '0', role: 'region', 'aria-label': `${title}: body` })
  if (shown.body === '') text.append(h('span', { class: 'quiet' }, 'no body'))
  else text.append(...markedText(shown.body, shown.marks, tones))
  const lines = headerLines(shown.headers, before?.headers)
  const changed = lines.filter(({ how }) => how !== 'same').length
  return h(
    'section',
    { class: 'pane', 'aria-labelledby': id },
    paneHead(id, title, who),
    h('p', { class: 'start' }, shown.start, refs(beside, 'url', tones)),
    h(
      'details',
      { class: 'headers', open: beside.some(({ place }) => place !== 'url') },
      h(
        'summary',
        null,
        `${plural(lines.length, 'header')}${before === undefined || changed === 0 ? '' : `, ${changed} changed`}`,
      ),
      h(
        'ul',
        null,
        lines.map(({ how, name, value }) =>
          h(
            'li',
            { class: `h-${how}` },
            SIGN[how] && h('span', { class: 'hidden' }, SIGN[how]),
            h('b', null, name),
            ': ',
            value,
            refs(beside, `header ${name}`, tones),
          ),
        ),
      ),
    ),
    text,
  )
}

/** The numbers of the findings at a place beside the body. */
const refs = (beside, place, tones) =>
  beside
    .filter((finding) => finding.place === place)
    .map(({ number }) => h('mark', { class: `only ${tones[number - 1] ?? 'warn'}` }, reference(number)))

const reference = (number) => h('a', { href: `#finding-${number}`, class: 'ref', 'aria-label': `finding ${number}` }, number)

const paneHead = (id, title, who) => h('div', { class: 'pane-head' }, h('h3', { id }, title), h('span', { class: 'quiet' }, who))

const SIGN = { added: 'added: ', removed: 'removed: ', changed: 'changed: ' }

function headerLines(headers, before) {
  const now = headers.map(([name, value]) => {
    const was = before?.filter(([other]) => other === name).map(([, other]) => other)
    const how = was === undefined || was.includes(value) ? 'same' : was.length === 0 ? 'added' : 'changed'
    return { how, name, value }
  })
  const gone = (before ?? [])
    .filter(([name]) => !headers.some(([other]) => other === name))
    .map(([name, value]) => ({ how: 'removed', name, value }))
  return [...now, ...gone]
}

/** Text with its marks, also where they overlap: each run says of which findings it is. */
function markedText(text, marks, tones) {
  const cuts = [...new Set([0, text.length, ...marks.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b)
  const out = []
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i], cuts[i + 1]]
    const of = marks.filter(({ start, end }) => start <= from && to <= end)
    const run = text.slice(from, to)
    if (of.length === 0) out.push(run)
    else {
      const found = of.filter(({ finding }) => finding >= 0)
      // A finding in several runs has its number at the first.
      const begins = found.filter((mark) => mark.start === from && marks.find(({ finding }) => finding === mark.finding) === mark)
      out.push(
        h(
          'mark',
          { class: found.length > 0 ? (tones[found[0].finding] ?? 'warn') : 'edit' },
          run,
          begins.map(({ finding }) => reference(finding + 1)),
        ),
      )
    }
  }
  return out
}
