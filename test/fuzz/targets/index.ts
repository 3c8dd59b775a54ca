import type { Target } from '../target.ts'
import { bundle } from './bundle.ts'
import { charsets, utf8 } from './charsets.ts'
import { brotli, chains, deflate, gzip } from './codings.ts'
import { csv } from './csv.ts'
import { form } from './form.ts'
import { headers } from './headers.ts'
import { json, jsonSequence } from './json.ts'
import { html, xml } from './markup.ts'
import { message } from './message.ts'
import { multipart } from './multipart.ts'
import { scrubJson, scrubMarkup, scrubMultipart, scrubTables, scrubText } from './scrub.ts'
import { text } from './text.ts'
import { transfer } from './transfer.ts'
import { escapes, runs } from './views.ts'

/** Every target: readers, decoders, what reads headers and policies, and the pipeline over them. */
export const targets: readonly Target[] = [
  json,
  jsonSequence,
  form,
  csv,
  multipart,
  html,
  xml,
  text,
  transfer,
  charsets,
  utf8,
  escapes,
  runs,
  gzip,
  deflate,
  brotli,
  chains,
  headers,
  bundle,
  scrubJson,
  scrubText,
  scrubTables,
  scrubMarkup,
  scrubMultipart,
  message,
]
