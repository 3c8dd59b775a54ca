import type { FieldContext } from './evidence.ts'

/**
 * Which rules by key a field's name asks for. Sound for a screen over raw bytes: whatever name is accepted here contains one of
 * `stems` as contiguous text, whatever its case, with no small letter right behind it; and a stem that is short begins a word there: no
 * letter stands before it, or its first is a capital.
 */
export interface ByKey {
  readonly stems: readonly string[]
  rulesFor(field: FieldContext): readonly number[]
}

/** Words that may follow a listed name: `password_confirmation`, `pwd2`, `passwordNew`. */
const TAILS = new Set(
  'confirm confirmation confirmed repeat repeated again verify verification new old current initial default temp temporary value text plain plaintext cleartext str string 1 2 3 4'.split(
    ' ',
  ),
)
/** Names that say nothing, so that the name around them counts: `{"password": {"value": …}}`. */
const BLANK = new Set('value text data string content plain current new old #text $t _ $'.split(' '))
const CACHE = 1024
const NONE: readonly number[] = []
/** Of such a name. */
const SAYS_NOTHING: readonly number[] = []
const JOINTS = ['', '_', '-', '.', ' ']

interface ListedKey {
  readonly rule: number
  /** As contiguous text: a one-word name once, a two-word name with each joint. */
  readonly forms: readonly string[]
}

export function createByKey(listed: readonly { readonly rule: number; readonly keys: readonly string[] }[]): ByKey {
  const keys: ListedKey[] = listed.flatMap(({ rule, keys }) =>
    keys.map((key) => {
      const words = key
        .toLowerCase()
        .split(/[^a-z0-9]+/)
        .filter((word) => word !== '')
      return { rule, forms: words.length === 1 ? words : JOINTS.map((joint) => words.join(joint)) }
    }),
  )
  const all = [...new Set(keys.flatMap(({ forms }) => forms))].sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
  const stems = all.filter((stem, i) => !all.some((other, j) => j < i && stem.endsWith(other) && !isShort(other)))
  // Nearly every name holds none, which one search tells.
  const holdsStem = new RegExp(stems.map((stem) => stem.replace(/[^a-z0-9]/g, '\\$&')).join('|'))
  let cache = new Map<string, readonly number[]>()

  const rulesOf = (key: string): readonly number[] => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const lower = key.toLowerCase()
    const rules =
      key.length > 256 || !holdsStem.test(lower)
        ? BLANK.has(lower)
          ? SAYS_NOTHING
          : NONE
        : [...new Set(keys.filter(({ forms }) => forms.some((form) => named(key, lower, form))).map(({ rule }) => rule))]
    if (cache.size >= CACHE) cache = new Map()
    cache.set(key, rules)
    return rules
  }

  return {
    stems,
    rulesFor(field) {
      if (keys.length === 0) return NONE
      const { key } = field
      if (key === '') return NONE
      const own = rulesOf(key)
      if (own !== SAYS_NOTHING) return own
      const names = field.keys()
      return names.length > 1 ? rulesOf(names[names.length - 2]) : NONE
    },
  }
}

/** Names of three letters stand in many words: they must begin one themselves. */
export function isShort(stem: string): boolean {
  return stem.length < 4
}

/**
 * Does `key`, `lower` in lower case, end with `form` (perhaps with a tail of TAILS behind it)? What stands before does not matter but for names of
 * three letters, which must begin a word: `user_pwd`, `userPwd`, not `xpwd`.
 */
function named(key: string, lower: string, form: string): boolean {
  const at = lower.lastIndexOf(form)
  if (at < 0) return false
  if (isShort(form) && at > 0 && /[a-z]/.test(lower[at - 1]) && !/[A-Z]/.test(key[at])) return false
  const tail = key.slice(at + form.length)
  if (tail === '') return true
  const words = tail
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  return words.every((word) => TAILS.has(word)) && !/^[a-z]/.test(tail)
}
