// What the page asks of the gateway. The token, where one is needed, lives in this module while the page is open, and nowhere else.

let token
export function signIn(given) {
  token = given
}

export class ApiError extends Error {
  constructor(status, { option = '', message = 'the console could not answer' }) {
    super(message)
    this.status = status
    this.option = option
  }
}

/** `ask('traffic')` reads, `ask('try', message)` sends. Rejects with an ApiError that says what is wrong. */
export async function ask(path, body) {
  let response
  try {
    response = await fetch(`api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
    })
  } catch {
    throw new ApiError(0, { message: 'the gateway does not answer' })
  }
  const value = await response.json().catch(() => ({}))
  if (!response.ok) throw new ApiError(response.status, value)
  return value
}
