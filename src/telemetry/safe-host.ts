/**
 * A host name as events may tell it. Whoever calls chooses the Host header, so a name can carry a value as well as a body
 * can: a label is told only when it looks like a name (begins with a letter, at most 24 letters and hyphens, then at most three
 * digits); any other becomes `*`, an address becomes `ip`. `4111111111111111.shop.example` → `*.shop.example`.
 */
export function safeHost(host: string): string {
  const name = host.toLowerCase()
  if (name.length > 253) return ''
  if (name.startsWith('[') || /^[0-9.]+$/.test(name)) return 'ip'
  const labels = name.split('.')
  if (labels.length > 8) labels.splice(0, labels.length - 8)
  return labels.map((label) => (label === '' || /^[a-z][a-z-]{0,23}[0-9]{0,3}$/.test(label) ? label : '*')).join('.')
}
