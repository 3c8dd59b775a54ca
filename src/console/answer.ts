/** How the console answers: nothing is kept by a cache, framed by a page, or run but its own scripts. */
const SECURITY: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
}

export function answer(status: number, type: string, body: string | null, more: Readonly<Record<string, string>> = {}): Response {
  return new Response(body, { status, headers: { ...SECURITY, 'content-type': type, ...more } })
}

export function answerJson(value: unknown, status = 200, more: Readonly<Record<string, string>> = {}): Response {
  return answer(status, 'application/json', JSON.stringify(value), more)
}

/** A mistake of the caller: `option` names what is wrong in what was sent. Never repeats it. */
export class CallerError extends Error {
  readonly option: string
  readonly status: number
  constructor(option: string, message: string, status = 400) {
    super(message)
    this.name = 'CallerError'
    this.option = option
    this.status = status
  }
}
