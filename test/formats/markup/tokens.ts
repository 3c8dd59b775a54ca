import * as token from '../../../src/formats/markup/tokenizer.ts'
import { type Dialect, type MarkupTokens, type Model, REST, Tokenizer } from '../../../src/formats/markup/tokenizer.ts'

/** Tokens as html5lib-tests writes them: neighbouring characters joined, the first of two attributes of one name kept. */
export type Token = readonly unknown[]

export interface Tokens {
  readonly tokens: Token[]
  /** Calls of `flaw`. */
  readonly flaws: number
}

/**
 * What a tokenizer tells of `source`, cut at `cuts`, held to its contract on the way: content is contiguous and inside its window, and nothing
 * is told of bytes before `held`. A receiver's normalisation (line ends, NUL) is done here: spans keep the bytes as they are.
 */
export function tokenize(
  dialect: Dialect,
  source: Uint8Array,
  options: { cuts?: readonly number[]; model?: Model; rawName?: string; foreign?: boolean } = {},
): Tokens {
  const tokens: unknown[][] = []
  let flaws = 0
  let content: number[] = []
  let part = -1
  let cursor = 0
  let windowStart = 0
  let windowEnd = 0
  let held = 0
  let tag: { name: string; attributes: Record<string, string>; last: string | undefined } | undefined
  const text = (bytes: readonly number[]) =>
    new TextDecoder('utf-8', { ignoreBOM: true })
      .decode(Uint8Array.from(bytes))
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '\n')
      .replaceAll('\ue00d', '\r')
      .replaceAll('\0', '\ufffd')
  const move = (from: number, to: number) => {
    if (part < 0) throw new Error('bytes outside content')
    if (from !== cursor || to <= from) throw new Error(`run ${from}…${to} does not go on at ${cursor}`)
    if (from < held) throw new Error(`run from ${from} lies before held ${held}`)
    if (to > windowEnd) throw new Error(`run to ${to} beyond the window`)
    cursor = to
  }
  const out: MarkupTokens = {
    open(next, at) {
      if (part >= 0) throw new Error('content in content')
      if (at < cursor || at < held) throw new Error(`content opens at ${at}`)
      part = next
      cursor = at
      content = []
    },
    plain(from, to) {
      if (from < windowStart) throw new Error('plain before its window')
      move(from, to)
      content.push(...source.subarray(from, to))
    },
    decoded(bytes, length, from, to) {
      move(from, to)
      const stands = length === 1 && to - from === 1 && bytes[0] === source[from]
      for (const byte of bytes.subarray(0, length)) content.push(...(byte === 0x0d && !stands ? [0xee, 0x80, 0x8d] : [byte]))
    },
    close(at) {
      if (at !== cursor) throw new Error(`content closes at ${at}, not ${cursor}`)
      switch (part) {
        case token.COMMENT_PART:
        case token.INSTRUCTION_PART:
          tokens.push([part === token.COMMENT_PART ? 'Comment' : 'Instruction', text(content)])
          break
        case token.DOCTYPE_PART:
          tokens.push(['DOCTYPE'])
          break
        case token.QUOTED_PART:
        case token.BARE_PART:
          if (tag?.last !== undefined) tag.attributes[tag.last] = text(content)
          break
        case token.NAMES_PART:
        case token.CUT_TAG_PART:
          break
        default:
          if (content.length === 0) break
          if (tokens.at(-1)?.[0] === 'Character') (tokens.at(-1)![1] as number[]).push(...content)
          else tokens.push(['Character', content])
      }
      part = -1
    },
    tokenStarts(at) {
      if (part >= 0 || at < cursor) throw new Error(`token at ${at}`)
    },
    tokenEnds(at) {
      if (part >= 0 || at < cursor) throw new Error(`token ends at ${at}`)
    },
    tag(name, length) {
      tag = { name: text([...name.subarray(0, length)]), attributes: {}, last: undefined }
    },
    attribute(name, length) {
      const spelled = text([...name.subarray(0, length)])
      tag!.last = Object.hasOwn(tag!.attributes, spelled) ? undefined : spelled
      if (tag!.last !== undefined)
        Object.defineProperty(tag!.attributes, spelled, { value: '', writable: true, enumerable: true })
    },
    tagEnds(isEnd, selfClosing) {
      const { name, attributes } = tag!
      tokens.push(isEnd ? ['EndTag', name] : ['StartTag', name, attributes, ...(selfClosing ? [true] : [])])
      return name === 'rest' ? REST : token.DATA
    },
    foreign: () => options.foreign === true,
    entity: () => undefined,
    flaw() {
      flaws++
    },
  }
  const tokenizer = new Tokenizer(dialect, out)
  if (options.model !== undefined) tokenizer.enter(options.model, new TextEncoder().encode(options.rawName ?? ''))
  for (const end of [...(options.cuts ?? []), source.length]) {
    windowEnd = end
    const window = source.slice(windowStart, end)
    tokenizer.feed(window, end === source.length && windowStart <= end)
    window.fill(0x21)
    if (tokenizer.held < held || tokenizer.held > end) throw new Error(`held is ${tokenizer.held}`)
    held = tokenizer.held
    windowStart = end
    if (end === source.length) break
  }
  if (part >= 0) throw new Error('content is open at the end')
  for (const one of tokens) if (one[0] === 'Character') one[1] = text(one[1] as number[])
  return { tokens, flaws }
}
