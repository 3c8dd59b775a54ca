import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CARD, startOrigin, TOKEN } from '../../demo/origin.mjs'
import { bundleWorker } from '../../tools/bundle-worker.mjs'
import { serveWorker } from '../../tools/serve-worker.mjs'
import { findBrowser } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'

/**
 * The console as people use it: the page of `npm start`, in a real Chromium. Screenshots are written to .cache/screenshots.
 * Without a browser the suite is skipped and says so; where CI is set that is a failure.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const shots = join(root, '.cache', 'screenshots')
const found = await findBrowser()
const missing = 'missing' in found ? found.missing : undefined
if (missing !== undefined) process.stderr.write(`SKIPPED the console in a browser: ${missing}\n`)

it('there is a browser to test with, at least in CI', () => expect(process.env.CI ? missing : undefined).toBeUndefined())

const VIEWS = ['try', 'traffic', 'flows', 'policy', 'suppressions'] as const

describe.skipIf(missing !== undefined)('the console in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'edge-dlp-console-'))
  let browser: Browser
  let page: Page
  let url: string
  let served: { url: string; stop(): Promise<void> }
  /** What the browser complained of: errors, and all that the content security policy stopped. */
  const complaints: string[] = []

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true })
    const { chromium } = await import('playwright-core')
    if ('missing' in found) return
    browser = await chromium.launch({ executablePath: found.path, args: found.args })
    served = await start(folder)
    url = served.url
    page = await open()
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await served?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  async function open(options: { width?: number; dark?: boolean; at?: string } = {}): Promise<Page> {
    const { width = 1280, dark = false, at = `${url}/_dlp/` } = options
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    })
    const opened = await context.newPage()
    opened.setDefaultTimeout(10_000)
    opened.on('pageerror', (error) => complaints.push(error.message))
    // An answer that says what is wrong with a draft, or that a token is needed, is an error to the browser, too.
    const expected = /^Failed to load resource: .* status of (?:400|401|422) /
    opened.on('console', (message) => {
      if (message.type() === 'error' && !expected.test(message.text())) complaints.push(message.text())
    })
    await opened.goto(at)
    return opened
  }

  /** Goes to a view by its link, as a visitor does. */
  async function go(to: string, on = page): Promise<void> {
    await on.locator(`nav a[href="#${to}"]`).click()
    await on.locator(`nav a[href="#${to}"][aria-current=page]`).waitFor()
  }

  const post = (path: string, body: unknown) =>
    fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

  it('sends a message through the gateway and shows what became of it', async () => {
    await page.getByLabel('Body of the request').fill(JSON.stringify({ note: 'grüße 🙂', payment: { card: CARD } }))
    await page.getByLabel('Path').fill('/orders')
    await page.getByRole('button', { name: 'Send through the gateway' }).click()
    await expect.poll(() => page.locator('#pane-sent ~ .body, .pane:has(#pane-sent) .body').innerText()).toContain('grüße 🙂')

    const body = (pane: string) => page.locator(`.pane:has(#pane-${pane}) .body`)
    expect(
      await body('sent')
        .locator('mark')
        .evaluateAll((marks) => marks.map((mark) => mark.firstChild?.textContent)),
    ).toEqual([CARD])
    expect(await body('received').locator('mark').allInnerTexts()).toEqual(['************1111'])
    expect(await body('got').innerText()).toContain('"card":"************1111"')
    expect(await page.locator('.verdict').innerText()).toMatch(/The request was edited.*Policy demo [0-9a-f]{16}, enforcing/s)

    const finding = page.locator('#finding-1')
    for (const said of [
      'credit-card',
      'masked',
      'request, /payment/card',
      'payment',
      'high',
      'The name of its field says so (“card”)',
      'check digit (Luhn) are those of a card',
    ])
      expect(await finding.innerText()).toContain(said)
    expect(await page.locator('.receipt').first().innerText()).toMatch(/(\d+) of \1 bytes inspected\s+Nothing was left out/)
    await page.locator('.pane:has(#pane-received) summary').click()
    expect(await page.locator('.pane:has(#pane-received) .h-added').allInnerTexts()).toContainEqual(
      expect.stringContaining('x-forwarded-proto: http'),
    )
    await page.screenshot({ path: join(shots, 'try.png'), fullPage: true })

    await body('sent').locator('a').first().click()
    expect(await finding.evaluate((element) => element.matches(':target'))).toBe(true)
  })

  it('shows each example, and an answer on its way to the client', async () => {
    await page.getByRole('button', { name: 'An error that says too much' }).click()
    await expect.poll(() => page.locator('.pane:has(#pane-got) .body').innerText()).toContain('[redacted:GITHUB_TOKEN]')
    expect(await page.locator('.pane:has(#pane-answered) mark').count()).toBe(2)
    expect(await page.locator('.findings > li').count()).toBe(2)
    await page.getByRole('button', { name: 'A prompt with a token' }).click()
    await expect.poll(() => page.locator('.verdict').innerText()).toContain('blocked; the origin never saw it')
    expect(await page.locator('.pane.empty').count()).toBe(2)
    await page.screenshot({ path: join(shots, 'try-blocked.png'), fullPage: true })
    await page.getByRole('button', { name: 'Nothing to find' }).click()
    await expect.poll(() => page.locator('.verdict').innerText()).toContain('Nothing was found')
    expect(await page.locator('.findings').count()).toBe(0)
  })

  it('says what is wrong with a message', async () => {
    await page.getByLabel('Path').fill('orders')
    await page.getByRole('button', { name: 'Send through the gateway' }).click()
    await expect.poll(() => page.locator('.form .wrong').innerText()).toContain('path: must begin with "/"')
  })

  it('shows live traffic without values, and filters it', async () => {
    await go('traffic')
    await post(`/orders/${CARD}`, { card: CARD })
    await post('/orders', { card: CARD })
    await post('/login', { token: TOKEN })
    await (await fetch(`${url}/boom`)).text()
    await expect.poll(() => page.locator('tbody tr').count(), { timeout: 8_000 }).toBe(7)
    const text = await page.locator('main').innerText()
    for (const value of [CARD, '1111', TOKEN]) expect(text).not.toContain(value)
    expect(text).toContain('POST /orders/*')
    await page.screenshot({ path: join(shots, 'traffic.png'), fullPage: true })

    const rows = () => page.locator('tbody tr').allInnerTexts()
    await page.getByLabel('Rule').selectOption('github-token')
    await expect.poll(rows).toHaveLength(2)
    await page.getByLabel('Action').selectOption('block')
    await expect.poll(rows).toEqual([expect.stringMatching(/POST \/login[\s\S]*Blocked[\s\S]*github-token/)])
    await page.getByLabel('Action').selectOption('Any action')
    await page.getByLabel('Rule').selectOption('Any rule')
    await page.getByLabel('Route').selectOption('no route')
    await page.getByLabel('Direction').selectOption('response')
    await expect.poll(rows).toHaveLength(3)
    await page.getByRole('button', { name: 'Pause' }).click()
    await post('/orders', { card: CARD })
    await page.waitForTimeout(2_500)
    expect(await rows()).toHaveLength(3)
    await page.getByRole('button', { name: 'Paused' }).click()
    await expect.poll(rows).toHaveLength(4)
  })

  it('maps which data flows where', async () => {
    await go('flows')
    const row = page.locator('tbody tr').first()
    await row.waitFor()
    const cells = await row.locator('td').allInnerTexts()
    expect(await page.locator('.map thead th').allInnerTexts()).toEqual(['Route', 'credentials', 'payment'])
    expect(await page.locator('.routes tbody tr').first().innerText()).toMatch(/to the origin\s+5\s+3\s+1\s+0\s+0\s+0/)
    expect(cells[0]).toMatch(/→\s*1\s*to the origin\s*1 blocked\s*←\s*1\s*to the client\s*1 redacted/)
    expect(cells[1]).toMatch(/→\s*3\s*to the origin\s*3 masked\s*←\s*1\s*to the client\s*1 masked/)
    await page.screenshot({ path: join(shots, 'flows.png'), fullPage: true })
  })

  it('checks a policy as it is typed, says what it would change, and puts it in force', async () => {
    await go('policy')
    const editor = page.getByLabel('Policy, as JSON')
    const before = await editor.inputValue()
    const apply = page.getByRole('button', { name: 'Put in force' })
    await expect.poll(() => page.locator('.check').innerText()).toContain('the same as the policy in force')

    await editor.fill(before.replace('"mode"', '"mod"'))
    await expect
      .poll(() => page.locator('.check').innerText())
      .toContain('policy.mod: there is no such option. Did you mean "mode"?')
    expect(await editor.getAttribute('aria-invalid')).toBe('true')
    expect(await apply.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Show me' }).click()
    expect(await editor.evaluate((area: HTMLTextAreaElement) => area.value.slice(area.selectionStart, area.selectionEnd))).toBe(
      '"mod"',
    )
    await page.screenshot({ path: join(shots, 'policy-wrong.png'), fullPage: true })

    const draft = JSON.parse(before)
    draft.request['payment/credit-card'] = 'block'
    await editor.fill(JSON.stringify(draft, null, 2))
    await expect
      .poll(() => page.locator('.fates').innerText())
      .toContain('3 messages would be blocked, where now they would be edited')
    expect(await page.locator('.effect tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/credit-card[\s\S]*mask[\s\S]*block[\s\S]*3/),
    ])
    await page.screenshot({ path: join(shots, 'policy.png'), fullPage: true })

    // A message is tried with the draft before anything changes.
    await page.getByRole('link', { name: 'Try a message with it' }).click()
    await page.getByLabel('With the draft of the policy').check()
    await page.getByRole('button', { name: 'An order with a card' }).click()
    await expect.poll(() => page.locator('.verdict').innerText()).toMatch(/blocked; the origin never saw it[\s\S]*Policy draft/)
    await page.getByLabel('With the draft of the policy').uncheck()
    await go('policy')
    expect((await post('/orders', { card: CARD })).status).toBe(201)
    await apply.click()
    await expect.poll(() => page.locator('main').innerText()).toContain('In force: the policy that was written here')
    await expect
      .poll(() => page.locator('.log li').first().innerText())
      .toContain('A policy written in the console came in force.')
    expect((await post('/orders', { card: CARD })).status).toBe(403)
  })

  it('suppresses a finding from the list', async () => {
    await go('try')
    await page.getByRole('button', { name: 'An order with a card' }).click()
    await page.getByRole('button', { name: 'Suppress credit-card, finding 1' }).click()
    const dialog = page.getByRole('dialog')
    expect(await dialog.getByLabel('Place in the body').inputValue()).toBe('/payment/card')
    await dialog.getByLabel('Reason').fill('test cards of the shop')
    await page.screenshot({ path: join(shots, 'suppress.png') })
    await dialog.getByRole('button', { name: 'Suppress' }).click()
    await expect.poll(() => dialog.count()).toBe(0)
    // The message has been sent once more.
    await expect.poll(() => page.locator('#finding-1 .tag').innerText()).toBe('suppressed')
    expect(await page.locator('.pane:has(#pane-received) .body').innerText()).toContain('"4111 1111 1111 1111"')
    expect((await post('/orders', { payment: { card: CARD } })).status).toBe(201)
    expect((await post('/orders', { card: CARD })).status).toBe(403)
    await go('suppressions')
    await expect
      .poll(() => page.locator('tbody tr').allInnerTexts())
      .toEqual([expect.stringMatching(/credit-card[\s\S]*\/payment\/card[\s\S]*test cards of the shop/)])
    await page.screenshot({ path: join(shots, 'suppressions.png'), fullPage: true })
  })

  it('remembers across a restart, and nothing of what passed', async () => {
    await served.stop()
    for (const file of files(folder)) {
      const bytes = readFileSync(file, 'latin1')
      for (const value of [CARD, TOKEN]) expect(bytes.includes(value), file).toBe(false)
    }
    served = await start(folder)
    url = served.url
    page = await open()
    await go('suppressions')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await go('traffic')
    await expect.poll(() => page.locator('tbody tr').count()).toBeGreaterThan(7)
    expect((await post('/orders', { card: CARD })).status).toBe(403)
    await go('suppressions')
    await page.getByRole('button', { name: 'Remove the suppression of payment/credit-card' }).click()
    await expect.poll(() => page.locator('main').innerText()).toContain('There are none.')
    expect((await post('/orders', { payment: { card: CARD } })).status).toBe(403)
    await go('policy')
    await page.getByRole('button', { name: 'Back to the policy of the file' }).click()
    await expect.poll(() => page.locator('main').innerText()).toContain('In force: the policy of the file.')
    expect((await post('/orders', { card: CARD })).status).toBe(201)
  })

  it('is dark where the system is, and where its button says so', async () => {
    const lightness = (on: Page) =>
      on.evaluate(() => Math.max(...getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.slice(0, 3).map(Number)))
    const system = await open({ dark: true })
    expect(await lightness(system)).toBeLessThan(60)
    expect(await lightness(page)).toBeGreaterThan(200)
    const button = page.getByRole('button', { name: 'Dark' })
    expect(await button.getAttribute('aria-pressed')).toBe('false')
    await button.click()
    expect(await button.getAttribute('aria-pressed')).toBe('true')
    expect(await lightness(page)).toBeLessThan(60)
    await page.reload()
    await page.locator('nav a').first().waitFor()
    expect(await lightness(page)).toBeLessThan(60)
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await lightness(page)).toBeGreaterThan(200)
    await system.context().close()
  })

  it('works with the keyboard alone', async () => {
    const keys = await open()
    await keys.locator('.verdict').waitFor()
    const press = async (...names: string[]) => {
      for (const name of names) await keys.keyboard.press(name)
    }
    const focused = () =>
      keys.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '')
    /** Tabs on until what has the focus is called so. */
    const tabTo = async (name: RegExp, key = 'Tab') => {
      for (let i = 0; i < 80; i++) {
        if (name.test(await focused())) return
        await press(key)
      }
      throw new Error(`nothing called ${name} is reached; the focus is on ${await focused()}`)
    }
    await press('Tab')
    expect(await focused()).toBe('Skip to content')
    await press('Enter')
    await tabTo(/^A disguised card$/)
    await press('Enter')
    await expect.poll(() => keys.locator('.findings > li').count()).toBe(2)
    expect(await keys.locator('#say').innerText()).toMatch(/edited.*2 findings/)
    // The focus is seen wherever it is.
    const outline = await keys.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)
    expect(outline).toBe('solid')

    await keys.getByLabel('Body of the request').focus()
    await press('Control+a')
    await keys.keyboard.insertText(`{"card":"${CARD}"}`)
    await press('Control+Enter')
    await expect.poll(() => keys.locator('.findings > li').count()).toBe(1)
    await tabTo(/^Suppress credit-card/)
    await press('Enter')
    expect(await keys.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true)
    await press('Escape')
    expect(await focused()).toMatch(/^Suppress credit-card/)

    await tabTo(/^Traffic$/, 'Shift+Tab')
    await press('Enter')
    await expect
      .poll(() => keys.evaluate(() => `${document.activeElement?.tagName} ${document.activeElement?.textContent}`))
      .toBe('H1 Traffic')
    await keys.context().close()
  })

  it.each([
    ['wide and light', 1280, false],
    ['wide and dark', 1280, true],
    ['360 px and light', 360, false],
    ['360 px and dark', 360, true],
  ] as const)('%s: nothing overflows, and axe finds nothing serious', async (name, width, dark) => {
    const visit = await open({ width, dark })
    for (const view of VIEWS) {
      await go(view, visit)
      await visit
        .locator(view === 'try' ? '.verdict' : view === 'policy' ? '.good' : view === 'suppressions' ? '.notice' : 'tbody tr')
        .first()
        .waitFor()
      if (view === 'try') await visit.locator('details').evaluateAll((all) => all.map((one) => one.setAttribute('open', '')))
      expect(await visit.evaluate(() => document.documentElement.scrollWidth - innerWidth), view).toBeLessThanOrEqual(0)
      expect(await audit(visit), view).toEqual([])
      await visit.screenshot({ path: join(shots, `${view}-${name.replace(/\W+/g, '-')}.png`), fullPage: true })
    }
    await go('traffic', visit)
    await visit.locator('button.chip').first().click()
    await visit.getByRole('dialog').waitFor()
    expect(await audit(visit), 'dialog').toEqual([])
    await visit.context().close()
  })

  it('of a deployment shows nothing before the token, and lets in by the right one', async () => {
    const token = 'a-token-of-this-test-alone-0123456789'
    const origin = await startOrigin()
    const bundle = await bundleWorker(join(folder, 'bundle'))
    const log: string[] = []
    const bindings = { ORIGIN: origin.url, POLICY: readFileSync(join(root, 'demo', 'policy.json'), 'utf8'), CONSOLE: 'off' }
    const deployed = await serveWorker({
      state: true,
      bindings: { ...bindings, CONSOLE_TOKEN: token },
      log: (line) => log.push(line),
    })
    const visit = await open({ at: `${deployed.url}/_dlp/` })
    expect(await visit.locator('nav').first().isVisible()).toBe(false)
    await visit.getByLabel('Token').fill('no')
    await visit.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => visit.locator('.wrong').innerText()).toBe('That is not the token.')
    expect(await audit(visit)).toEqual([])
    await visit.screenshot({ path: join(shots, 'sign-in.png') })
    await visit.getByLabel('Token').fill(token)
    await visit.keyboard.press('Enter')
    await visit.locator('.verdict').waitFor()
    await go('policy', visit)
    expect(await visit.getByRole('button', { name: 'Put in force' }).count()).toBe(0)
    expect(visit.url()).not.toContain(token)
    expect(
      await visit.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])),
    ).not.toContain(token)
    expect(log.join('\n')).not.toContain(token)
    await visit.context().close()
    await deployed.close()

    // Without a token, or without a binding, the address is the origin's.
    for (const [state, more] of [
      [true, {}],
      [undefined, { CONSOLE_TOKEN: token }],
    ] as const) {
      // biome-ignore format: two lines of one table
      const off = await serveWorker({ bundle, state, bindings: { ...bindings, ...more } })
      const answer = await fetch(`${off.url}/_dlp/`)
      expect([answer.status, await answer.json()]).toEqual([404, { error: 'not found' }])
      await off.close()
    }
    origin.close()
  })

  it('made the browser complain of nothing', () => expect(complaints).toEqual([]))
})

/** What axe finds that is serious or critical, as rule and place. */
async function audit(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which no content security policy stops.
  await page.evaluate(axe.source)
  return await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(document, { resultTypes: ['violations'] })
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
  })
}

/** `npm start`, without npm in between. */
async function start(state: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const child: ChildProcess = spawn(process.execPath, [join(root, 'tools', 'start.mjs')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: String(port), STATE: state, ORIGIN: undefined, POLICY: undefined, CONSOLE: undefined },
  })
  const gone = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    let out = ''
    child.stdout!.on('data', (data) => {
      out += data
      if (out.includes(`ready http://127.0.0.1:${port}\n`)) resolve()
    })
    void gone.then(() => reject(new Error(`npm start ended: ${out}`)))
  })
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      child.kill('SIGTERM')
      await gone
    },
  }
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}
