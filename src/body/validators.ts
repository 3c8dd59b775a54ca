/** Entity tags that carry the policy's version, both ways (RFC 9110 sections 8.8 and 13). */
const SUFFIX = '-dlp.'

function mark(version: string): string {
  return `${SUFFIX}${version.slice(0, 8)}`
}

/**
 * ETag: the origin's tag and the policy's version, so that a copy scrubbed by another policy is never revalidated (I-20). A weak
 * tag stays weak. What is no entity tag (8.8.3) could not be mapped back, and goes.
 */
export function mapValidators(headers: Headers, version: string): void {
  const tag = headers.get('etag')?.trim()
  if (tag === undefined) return
  const weak = tag.startsWith('W/') ? 'W/' : ''
  const opaque = tag.slice(weak.length)
  if (opaque.length >= 2 && opaque.startsWith('"') && opaque.indexOf('"', 1) === opaque.length - 1) {
    headers.set('etag', `${weak}${opaque.slice(0, -1)}${mark(version)}"`)
  } else headers.delete('etag')
}

/**
 * Undoes `mapValidators` in a request to the origin, on an enforced route.
 *
 * - If-None-Match: tags of this policy become the origin's own. Any other tag (of another policy, or bare, or `*`) is dropped from GET
 *   and HEAD: by a 304 the receiver would go on using a copy that this policy has not seen (I-21). Other methods are never answered
 *   304 (13.1.2): there it guards a write, and stays.
 * - If-Modified-Since: dropped from GET and HEAD, as dates carry no version; for other methods it means nothing (13.1.3).
 * - If-Match, If-Range: tags of this policy become the origin's own; others stay, and fail at the origin as they should. They
 *   never bring a 304, and dropping them would turn a guarded write into one without a guard, and a part into a part of
 *   something else. If-Unmodified-Since stays for the same reason.
 * - Range, If-Range: are defined for GET alone (14.2). Of any other method's answer a part could not be fetched again whole.
 *
 * Answers whether anything changed.
 */
export function unmapValidators(headers: Headers, version: string, method: string): boolean {
  const mine = `${mark(version)}"`
  const read = method === 'GET' || method === 'HEAD'
  let changed = false
  const put = (name: string, value: string) => {
    if (value === '') headers.delete(name)
    else headers.set(name, value)
    changed = true
  }
  const unmap = (tag: string) => (tag.endsWith(mine) ? `${tag.slice(0, -mine.length)}"` : tag)
  const unmapAll = (name: string) => {
    const value = headers.get(name)
    if (value?.includes(mine)) put(name, tagsOf(value).map(unmap).join(', '))
  }
  const drop = (name: string) => {
    if (headers.has(name)) put(name, '')
  }
  unmapAll('if-match')
  if (method === 'GET') unmapAll('if-range')
  else {
    drop('range')
    drop('if-range')
  }
  if (!read) {
    unmapAll('if-none-match')
    return changed
  }
  const none = headers.get('if-none-match')
  if (none !== null) {
    const ours = tagsOf(none).filter((tag) => tag.endsWith(mine))
    put('if-none-match', ours.map(unmap).join(', '))
  }
  drop('if-modified-since')
  return changed
}

/** The entity tags of a list; commas may stand inside their quotes. */
function tagsOf(list: string): string[] {
  const tags: string[] = []
  for (let at = list.indexOf('"'); at >= 0; ) {
    const end = list.indexOf('"', at + 1)
    if (end < 0) break
    tags.push(`${list.slice(Math.max(0, at - 2), at) === 'W/' ? 'W/' : ''}${list.slice(at, end + 1)}`)
    at = list.indexOf('"', end + 1)
  }
  return tags
}
