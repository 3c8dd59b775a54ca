import { execFileSync } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A Chromium that runs, and where it is from; or why there is none. */
export type FoundBrowser =
  | { readonly path: string; readonly args: string[]; readonly from: string }
  | { readonly missing: string }

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]
/** Where the packaged one unpacks itself: it takes what it finds there, so the folder is the project's own. */
const CACHE = fileURLToPath(new URL('../../.cache/chromium', import.meta.url))

/** `$CHROMIUM`, the machine's own, or the one that comes with the packages (Linux on x64). Downloads nothing. */
export async function findBrowser(): Promise<FoundBrowser> {
  // As root Chromium has no sandbox of its own; nothing but the console's page is opened in it.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const { CHROMIUM } = process.env
  if (CHROMIUM !== undefined)
    return runs(CHROMIUM) ? { path: CHROMIUM, args, from: '$CHROMIUM' } : { missing: '$CHROMIUM is no program' }
  const here = PLACES.find(runs)
  if (here !== undefined) return { path: here, args, from: 'this machine' }
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return { missing: 'no Chromium on this machine, and the packaged one is for Linux on x64; set CHROMIUM' }
  const { TMPDIR } = process.env
  try {
    mkdirSync(CACHE, { recursive: true })
    process.env.TMPDIR = CACHE
    const { default: packaged } = await import('@sparticuz/chromium')
    const path = await packaged.executablePath()
    execFileSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 })
    return { path, args, from: 'the packages' }
  } catch (error) {
    return { missing: `the packaged Chromium does not run: ${String((error as Error).message).split('\n')[0]}` }
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
