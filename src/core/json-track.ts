/**
 * Where JSON stands between two tokens: the place (as the grammar of the reader counts places), the open containers by depth, and what was passed since it was
 * set. Level 0 is the document. Made once and filled again.
 */
export interface JsonTrack {
  place: number
  depth: number
  /** The least depth on the way: levels above it are new, and the level at it may have another index or name. */
  low: number
  /** 0 an array, 1 an object, 2 an object with a name. */
  readonly kinds: Uint8Array
  readonly indexes: Uint32Array
  /** Where the name of a level stands in the text that was passed; -1: nothing new. */
  readonly nameFrom: Int32Array
  readonly nameTo: Int32Array
  /** The text ran out inside a token, or between two. False: what stands there has to be read. */
  out: boolean
}

export interface JsonTrackOptions {
  readonly maxDepth: number
  /** Documents may follow one another. */
  readonly sequence: boolean
}

/**
 * Follows JSON from `text[from]` on, a place between tokens, as long as nothing there has to be told, and not beyond `text[to]`; answers where the first token
 * stands that does not end before that, or has to be read. Answers before `to` where less was passed at once: ask again.
 */
export type TrackJson = (text: Uint8Array, from: number, to: number, track: JsonTrack, options: JsonTrackOptions) => number

/** Bytes that are passed at once, at most. */
export const TRACK_PIECE = 16_384

/** Containers that may be open. */
export const TRACK_DEPTH = 1024

export function newTrack(): JsonTrack {
  const levels = TRACK_DEPTH + 1
  return {
    place: 0,
    depth: 0,
    low: 0,
    kinds: new Uint8Array(levels),
    indexes: new Uint32Array(levels),
    nameFrom: new Int32Array(levels),
    nameTo: new Int32Array(levels),
    out: false,
  }
}
