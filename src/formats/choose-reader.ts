import { FormReader } from './form/reader.ts'
import { JsonReader } from './json/reader.ts'
import type { FieldSink, Reader } from './reader.ts'
import { TextReader } from './text/reader.ts'

export type ReaderKind = 'json' | 'json-sequence' | 'form' | 'text'

/** The reader for a kind of document. */
export function chooseReader(kind: ReaderKind, sink: FieldSink, limits: { readonly maxDepth: number }): Reader {
  switch (kind) {
    case 'json':
      return new JsonReader(sink, { maxDepth: limits.maxDepth })
    case 'json-sequence':
      return new JsonReader(sink, { maxDepth: limits.maxDepth, sequence: true })
    case 'form':
      return new FormReader(sink)
    case 'text':
      return new TextReader(sink)
  }
}
