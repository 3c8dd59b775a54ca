import { boundaryOfLine } from './boundaries.ts'

/**
 * What a text whose type says nothing, or something else, may be: told from its first 64 bytes, so that the answer does not depend on
 * how much has arrived. To be read as several things costs time and hides nothing, so a likeness is enough.
 */
export interface Likeness {
  readonly json: boolean
  readonly form: boolean
  /** A message of mail, headers first. */
  readonly message: boolean
  /** Lines that may be folded: vCard, iCalendar, LDIF. */
  readonly folded: boolean
  /** The boundary of a multipart body, '' if it is none. */
  readonly boundary: string
}

const HEAD = 64
const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const QUOTE = 0x22
const DOCUMENT: Likeness = { json: true, form: false, message: false, folded: false, boundary: '' }

/** A name, `=`, and nothing that a form would have encoded; something it would have, a second pair, or more than fits. */
const FORM = /^[\w.~*+%[\]!'()$-]{1,60}=[^\s"<>{}\\^`|]*\s*$/
/** A string and a colon begin no JSON text: a piece of one, perhaps. */
const MEMBER = /^(?:\u00ef\u00bb\u00bf)?[ \t\r\n]*"(?:[^"\\]|\\[\s\S])*"[ \t\r\n]*:/
const ENCODED = /&|%[0-9a-f]{2}|\+/i
/** The first line of a multipart body and the beginning of its first header. */
const MULTIPART = /^(?:\r?\n)*(--[^\r\n]{1,60})(?:\r\n|\n|\r)[\w-]+(?::|$)/
/** The fields with which messages of mail begin (RFC 5322 section 3.6, RFC 2045 section 4). */
const MESSAGE =
  /^(?:from|to|subject|date|sender|reply-to|message-id|received|return-path|delivered-to|mime-version|dkim-signature|content-type|content-transfer-encoding): ?[^\r\n]/i
const FOLDED = /^(?:BEGIN:V[A-Z]+\r?\n|dn:|version: ?1\r?\n)/i

export function sniffText(body: Uint8Array): Likeness {
  // The usual documents: no form has these in a name.
  if (body[0] === OPEN_BRACE || (body[0] === OPEN_BRACKET && (body[1] === OPEN_BRACE || body[1] === QUOTE))) return DOCUMENT
  const head = String.fromCharCode(...body.subarray(0, HEAD))
  const start = /^(?:\u00ef\u00bb\u00bf)?[ \t\r\n]*([^ \t\r\n])?/.exec(head)![1]
  return {
    json: start === '{' || start === '[' || (start === '"' && !MEMBER.test(head)),
    form: FORM.test(head) && (ENCODED.test(head) || head.length === HEAD),
    message: MESSAGE.test(head),
    folded: FOLDED.test(head),
    boundary: boundaryOfLine(MULTIPART.exec(head)?.[1] ?? ''),
  }
}
