import { BODY_LETTERS, MASK_MIN } from '../core/marks.ts'
import type { ActionOptions } from './transform.ts'

/** The writing side of the mark grammar; src/core/marks.ts recognises it. */
const UTF8 = new TextEncoder()
const STAR = 0x2a
/** 24 letters of 19 carry 101 bits. */
const BODY_LENGTH = 24

/** `[redacted:TYPE]` */
export function redactMark(type: string): Uint8Array {
  return UTF8.encode(`[redacted:${type}]`)
}

/** `[TYPE:BODY]`: the body is the digest's first bits written in letters that no rule matches. */
export function keyedMark(type: string, mac: Uint8Array): Uint8Array {
  let number = 0n
  for (let i = 0; i < 16; i++) number = (number << 8n) | BigInt(mac[i])
  let body = ''
  const base = BigInt(BODY_LETTERS.length)
  for (let i = 0; i < BODY_LENGTH; i++) {
    body += BODY_LETTERS[Number(number % base)]
    number /= base
  }
  return UTF8.encode(`[${type}:${body}]`)
}

/**
 * Stars in place of every character but the first and last few that policy keeps. At least six stars; a value too short to keep
 * any is all stars. Only letters and digits are kept: a kept separator would say nothing and might look like another value.
 */
export function maskValue(value: Uint8Array, options: Pick<ActionOptions, 'keepFirst' | 'keepLast'>): Uint8Array {
  const characters: string[] = [...new TextDecoder().decode(value)]
  const kept = options.keepFirst + options.keepLast
  const long = characters.length >= kept + MASK_MIN
  const first = long ? characters.slice(0, options.keepFirst).join('') : ''
  const last = long && options.keepLast > 0 ? characters.slice(-options.keepLast).join('') : ''
  const plain = /^[A-Za-z0-9]*$/
  const head = plain.test(first) ? first : ''
  const tail = plain.test(last) ? last : ''
  const stars = Math.max(MASK_MIN, characters.length - head.length - tail.length)
  const mark = new Uint8Array(head.length + stars + tail.length).fill(STAR)
  mark.set(UTF8.encode(head))
  mark.set(UTF8.encode(tail), head.length + stars)
  return mark
}
