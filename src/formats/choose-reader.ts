import type { Limits } from '../core/limits.ts'
import { createCsvReader } from './csv/reader.ts'
import { createFormReader } from './form/reader.ts'
import { createJsonReader } from './json/reader.ts'
import { createMarkupReader } from './markup/reader.ts'
import type { FieldSink, Reader } from './reader.ts'
import { createTextReader } from './text/reader.ts'

/** Readings a body can have. `json-sequence`: NDJSON, JSON text sequences (RFC 7464), concatenated documents. */
export type ReaderKind = 'json' | 'json-sequence' | 'form' | 'csv' | 'html' | 'xml' | 'text'

/** A fresh reader for one document of this kind; of the limits it takes `maxDepth`. */
export function chooseReader(kind: ReaderKind, sink: FieldSink, limits: Pick<Limits, 'maxDepth'>): Reader {
  switch (kind) {
    case 'json':
      return createJsonReader(sink, { maxDepth: limits.maxDepth })
    case 'json-sequence':
      return createJsonReader(sink, { maxDepth: limits.maxDepth, sequence: true })
    case 'form':
      return createFormReader(sink)
    case 'csv':
      return createCsvReader(sink)
    case 'html':
    case 'xml':
      return createMarkupReader(kind, sink, { maxDepth: limits.maxDepth })
    case 'text':
      return createTextReader(sink)
  }
}
