import { equalBytes, hashOf } from './bytes.ts'

/** What a reader of HTML has to know of elements (HTML sections 13.1.2 and 15.3). Names are in lower case. */

/** Has no content and no end tag. */
export const VOID = 1
/** Begins a new line on the page, so that text before and after it does not join. */
export const BLOCK = 2
/** Content models of the tokenizer. */
export const RCDATA_MODEL = 4
export const RAWTEXT_MODEL = 8
export const SCRIPT_MODEL = 16
export const PLAINTEXT_MODEL = 32
/** `svg`, `math`: what is inside is foreign. */
export const FOREIGN = 64
/** Inside foreign content: what is inside is HTML again. */
export const INTEGRATION = 128
/** A start tag of it ends foreign content (HTML section 13.2.6.5). */
export const BREAKOUT = 256
/** A start tag of it ends an open `p`. */
export const ENDS_P = 512
/** An end tag may be left out no further out than this. */
export const BOUNDARY = 1024
/** Stands in a line of text. */
export const INLINE = 2048
/** An end tag of it counts where no start tag is open (HTML section 13.2.6.4.7); that of any other is passed over. */
export const LONE_END = 4096

export interface KnownElement {
  readonly name: Uint8Array
  /** Its number among the known, from 1; 0: it is UNKNOWN. */
  readonly index: number
  readonly flags: number
  /** A start tag ends an open element of these names that is nearer than a boundary (optional end tags, section 13.1.2.4). */
  readonly ends: readonly KnownElement[]
}

const FLAGS: readonly (readonly [number, string])[] = [
  [VOID, 'area base br col embed hr img input link meta param source track wbr basefont bgsound frame keygen'],
  [
    BLOCK,
    'address article aside blockquote body br caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li listing main menu meta nav ol optgroup option p plaintext pre search section select summary table tbody td textarea tfoot th thead title tr ul xmp',
  ],
  [LONE_END, 'p br h1 h2 h3 h4 h5 h6'],
  [RCDATA_MODEL, 'title textarea'],
  [RAWTEXT_MODEL, 'style xmp iframe noembed noframes'],
  [SCRIPT_MODEL, 'script'],
  [PLAINTEXT_MODEL, 'plaintext'],
  [FOREIGN, 'svg math'],
  [INTEGRATION, 'foreignobject desc title mi mo mn ms mtext annotation-xml'],
  [
    BREAKOUT,
    'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var',
  ],
  [BOUNDARY, 'ul ol menu dl table select template object svg math foreignobject ruby button td th caption body html'],
  [
    INLINE,
    'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong sub sup textpath time tspan tt u var wbr',
  ],
  [
    ENDS_P,
    'address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp',
  ],
]

const ENDS: readonly (readonly [string, string])[] = [
  ['li', 'li'],
  ['dd dt', 'dd dt'],
  ['option', 'option'],
  ['optgroup', 'option optgroup'],
  ['td th', 'td th'],
  ['tr', 'td th tr caption colgroup'],
  ['tbody thead tfoot', 'td th tr tbody thead tfoot caption colgroup'],
  ['colgroup caption', 'caption colgroup'],
  ['rb rt rp', 'rb rt rp'],
  ['rtc', 'rb rt rp rtc'],
  ['a', 'a'],
  ['nobr', 'nobr'],
  ['button', 'button'],
  ['body', 'head'],
]

const encoder = new TextEncoder()
const byName = new Map<string, KnownElement & { flags: number; ends: KnownElement[] }>()
function known(name: string) {
  let element = byName.get(name)
  if (element === undefined) {
    element = { name: encoder.encode(name), index: byName.size + 1, flags: 0, ends: [] }
    byName.set(name, element)
  }
  return element
}
for (const [flag, names] of FLAGS) for (const name of names.split(' ')) known(name).flags |= flag
for (const [starts, ended] of ENDS)
  for (const name of starts.split(' ')) for (const other of ended.split(' ')) known(name).ends.push(known(other))

const byHash = new Map<number, KnownElement>()
for (const element of byName.values()) {
  const hash = hashOf(element.name, 0, element.name.length)
  if (byHash.has(hash)) throw new Error('two elements of one hash')
  byHash.set(hash, element)
}

export const UNKNOWN: KnownElement = { name: new Uint8Array(0), index: 0, flags: 0, ends: [] }
/** Numbers of known elements are less. */
export const KNOWN_ELEMENTS = byName.size + 1
export const P = [known('p')]
export const TEXTAREA: KnownElement = known('textarea')

/** The element called `bytes[0…length)`, whose hash is `hash`; UNKNOWN if none is called so. */
export function elementOf(bytes: Uint8Array, length: number, hash: number): KnownElement {
  const element = byHash.get(hash)
  return element !== undefined && element.name.length === length && equalBytes(element.name, 0, bytes, 0, length)
    ? element
    : UNKNOWN
}
