// The few things every view needs to build a page: elements, and the one line that is read aloud.

/** An element: `h('a', { href: '#x', class: 'y', onclick: f }, 'text', child)`. Text is text; nothing is parsed as mark-up. */
export function h(name, props, ...children) {
  const element = document.createElement(name)
  fill(element, props, children)
  return element
}

/** The same for SVG. */
export function svg(name, props, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name)
  fill(element, props, children)
  return element
}

function fill(element, props, children) {
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value)
    else if (key === 'value') element.value = value
    else if (key === 'vars') for (const [name, of] of Object.entries(value)) element.style.setProperty(name, of)
    else element.setAttribute(key, value === true ? '' : String(value))
  }
  element.append(...children.flat(9).filter((child) => child !== undefined && child !== null && child !== false))
}

/** Has a screen reader say it. */
export function say(text) {
  const line = document.getElementById('say')
  line.textContent = line.textContent === text ? `${text}\u00a0` : text
}

let ids = 0
/** A label with its field; `hint` is read with it. */
export function field(label, input, hint) {
  ids++
  input.id ||= `field-${ids}`
  const help = hint === undefined ? undefined : h('span', { class: 'hint', id: `${input.id}-hint` }, hint)
  if (help !== undefined) input.setAttribute('aria-describedby', help.id)
  return h('div', { class: 'field' }, h('label', { for: input.id }, label), input, help)
}

/** Fills a select with names and a first choice for any of them. */
export function options(select, names, first, chosen) {
  select.replaceChildren(
    h('option', { value: '' }, first),
    ...names.map((name) => h('option', { value: `=${name}` }, name === '' ? 'no route' : name)),
  )
  select.value = names.includes(chosen) ? `=${chosen}` : ''
}

/** The name chosen in such a select; undefined: any. */
export const chosen = (select) => (select.value === '' ? undefined : select.value.slice(1))

/**
 * A table that becomes cards where there is no room. Roles are spelled out: some browsers take a table that is laid out otherwise for none.
 * `rows` are those of `row`.
 */
export function table({ caption, columns, rows, name = '', describedBy }) {
  return h(
    'table',
    { class: `cards ${name}`, role: 'table', 'aria-describedby': describedBy },
    h('caption', { class: 'hidden' }, caption),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        columns.map((column) => h('th', { scope: 'col', role: 'columnheader' }, column)),
      ),
    ),
    h('tbody', { role: 'rowgroup' }, rows),
  )
}

/** A row; each cell is its column and what stands in it, and the one called `heads` is the row's heading. */
export function row(heads, cells) {
  return h(
    'tr',
    { role: 'row' },
    cells.map(([column, content, name]) =>
      column === heads
        ? h('th', { scope: 'row', role: 'rowheader', 'data-label': column, class: name }, h('div', null, content))
        : h('td', { role: 'cell', 'data-label': column, class: name }, h('div', null, content)),
    ),
  )
}

/** Puts a view's title and lead at its head. */
export function head(title, lead) {
  return h('div', { class: 'head' }, h('h1', { tabindex: '-1' }, title), h('p', { class: 'lead' }, lead))
}

const SIZE = new Intl.NumberFormat('en')
export const count = (number) => SIZE.format(number)
export const plural = (number, one, many = `${one}s`) => `${count(number)} ${number === 1 ? one : many}`
