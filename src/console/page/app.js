// The console's page: signs in where that is needed, then shows one view at a time. Hand-written modules, no library.
import { ask, signIn } from './api.js'
import { field, h, head } from './dom.js'
import { flowsView } from './view-flows.js'
import { policyView } from './view-policy.js'
import { suppressionsView } from './view-suppressions.js'
import { trafficView } from './view-traffic.js'
import { tryView } from './view-try.js'

const main = document.getElementById('main')
const nav = document.getElementById('nav')
const links = [...nav.querySelectorAll('a')]

theme(document.getElementById('theme'))
await open(false)

/** Shows the console, or how to get in. */
async function open(again) {
  let overview
  try {
    overview = await ask('overview')
  } catch (error) {
    if (error.status === 401) return askToken(again)
    main.replaceChildren(h('p', { class: 'wrong', role: 'alert' }, error.message))
    return
  }
  showPolicy(overview.policy)
  /** Every view sees the same policy. */
  const changed = (policy) => {
    overview.policy = policy
    showPolicy(policy)
  }
  const views = {
    try: tryView(overview, { changed }),
    traffic: trafficView({ changed }),
    flows: flowsView(),
    policy: policyView(overview, { changed }),
    suppressions: suppressionsView({ changed }),
  }
  nav.hidden = false
  let shown
  const show = (focus) => {
    const name = location.hash.slice(1)
    // A place within the view that is shown.
    if (shown !== undefined && !Object.hasOwn(views, name)) return
    const next = views[name] ?? views.try
    if (next === shown) return
    shown?.hidden?.()
    shown = next
    main.replaceChildren(next.view)
    next.shown?.()
    for (const link of links) {
      if (views[link.hash.slice(1)] === next) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    const title = next.view.querySelector('h1')
    document.title = `${title.textContent} · edge-dlp console`
    if (focus) title.focus()
    scrollTo(0, 0)
  }
  addEventListener('hashchange', () => show(true))
  show(again)
}

function askToken(again) {
  const token = h('input', { type: 'password', autocomplete: 'current-password', required: true, spellcheck: 'false' })
  const wrong = h('p', { class: 'wrong', role: 'alert' }, again ? 'That is not the token.' : '')
  const submit = (event) => {
    event.preventDefault()
    signIn(token.value.trim())
    void open(true)
  }
  main.replaceChildren(
    h(
      'div',
      { class: 'view sign-in' },
      head('Sign in', 'With the token of this deployment (CONSOLE_TOKEN). It stays in this page until it is closed.'),
      h(
        'form',
        { class: 'card form', onsubmit: submit },
        field('Token', token),
        wrong,
        h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'main' }, 'Sign in')),
      ),
    ),
  )
  if (again) token.focus()
}

function showPolicy(policy) {
  const place = document.getElementById('in-force')
  if (policy === null) place.replaceChildren(h('span', { class: 'tag stop' }, 'no policy'))
  else
    place.replaceChildren(
      h(
        'span',
        { class: `tag ${policy.mode === 'enforce' ? 'edit' : 'warn'}` },
        policy.mode === 'enforce' ? 'enforcing' : 'observing',
      ),
      h('span', { class: 'quiet' }, policy.name === '' ? 'policy ' : `policy ${policy.name} `),
      h('code', { class: 'quiet' }, policy.version.slice(0, 8)),
    )
}

/** Dark and light: as the system says, until the button says otherwise; kept in this browser. */
function theme(button) {
  const system = matchMedia('(prefers-color-scheme: dark)')
  let own
  try {
    own = localStorage.getItem('edge-dlp-theme')
  } catch {
    // A browser that keeps nothing.
  }
  const isDark = () => (own === 'dark' || own === 'light' ? own === 'dark' : system.matches)
  const apply = () => {
    if (own === 'dark' || own === 'light') document.documentElement.dataset.theme = own
    button.setAttribute('aria-pressed', String(isDark()))
  }
  button.addEventListener('click', () => {
    own = isDark() ? 'light' : 'dark'
    try {
      localStorage.setItem('edge-dlp-theme', own)
    } catch {
      // It holds for this page, then.
    }
    apply()
  })
  system.addEventListener('change', apply)
  apply()
}
