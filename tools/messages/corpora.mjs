// Records of ../shared/corpora whose spans say everything that a policy would act on. Doubtful ones are left out: a span that is no
// valid value by the checks here (written from the standards), or a text that holds another plausible value outside its spans.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export function loadCorpora(folder) {
  const files = new Map()
  const load = (name) => {
    const read = () =>
      readFileSync(join(folder, `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    if (!files.has(name)) files.set(name, read())
    return files.get(name)
  }
  return {
    /** Records of a file that have spans of the `acted` labels and leave no doubt about them; `keep` selects further. */
    pick(name, acted, keep = () => true) {
      return load(name)
        .map((record) => ({ ...record, acted: record.spans.filter((span) => acted.includes(span.label)) }))
        .filter((record) => record.acted.length > 0 && !/weak|bare|format only/.test(record.note ?? ''))
        .filter((record) => record.acted.every((span) => isSound(span.label, record.text.slice(span.start, span.end))))
        .filter((record) => !holdsMore(record.text, record.acted) && keep(record))
    },
    /** Benign records up to `most` characters, without neutral regions and without anything that looks like a value. */
    benign: (name, most) =>
      load(name).filter(
        ({ text, spans }) => spans.length === 0 && text.length > 80 && text.length <= most && !holdsMore(text, []),
      ),
  }
}

const luhn = (digits) =>
  [...digits].reverse().reduce((sum, d, i) => sum + (i % 2 ? (d > 4 ? 2 * d - 9 : 2 * d) : +d), 0) % 10 === 0
const mod97 = (iban) => BigInt([...(iban.slice(4) + iban.slice(0, 4))].map((c) => Number.parseInt(c, 36)).join('')) % 97n === 1n

function isSound(label, value) {
  switch (label) {
    case 'credit_card':
      return (
        /^(?:4\d{15}|5[1-5]\d{14}|3[47]\d{13}|6011\d{12})$/.test(value.replace(/[ -]/g, '')) && luhn(value.replace(/\D/g, ''))
      )
    case 'iban':
      // Compact or in groups of four; what is in lower case or followed by a BIC is left out.
      return (
        /^[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)$/.test(value) &&
        mod97(value.replaceAll(' ', ''))
      )
    case 'us_ssn':
      return /^(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}$/.test(value)
    case 'email':
      return (
        /^[A-Za-z0-9._]+@[a-z0-9-]+\.(?:com|org|net|de|us|hu|site|co\.uk|info)$/.test(value) &&
        !/@(?:example|test|domain)\./.test(value)
      )
    case 'ip_address':
      return /^(?!10\.|127\.|0\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|2[2-5]\d\.)(?:\d{1,3}\.){3}\d{1,3}$/.test(
        value,
      )
    case 'aws_access_key':
      return /^(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}$/.test(value)
    case 'github_token':
      return /^gh[oprsu]_[0-9A-Za-z]{36}$/.test(value)
    case 'slack_token':
      return /^(?:xox[bp]-\d{10,13}(?:-\d{10,13}){1,2}-[0-9A-Za-z]{24,32}|xapp-1-[0-9A-Za-z-]{60,})$/.test(value)
    case 'stripe_key':
      return /^sk_(?:test|live)_[0-9A-Za-z]{24,}$/.test(value)
    case 'private_key':
      return /^-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]*-----END (?:[A-Z]+ )?PRIVATE KEY-----$/.test(value)
    default:
      return false
  }
}

/** Does the text hold something outside its spans that another reader could take for a value of these kinds? */
function holdsMore(text, spans) {
  let rest = text
  for (const { start, end } of [...spans].sort((a, b) => b.start - a.start))
    rest = `${rest.slice(0, start)}\u0001${rest.slice(end)}`
  if (/[\w.+-]@[\w-]+\.\w|%40|PRIVATE KEY|eyJ|AKIA|gh[oprsu]_|xox|sk_|[a-z]+:\/\/[^/\s]*:[^/\s]*@/.test(rest)) return true
  if (/(?<!\d)\d{3}[ -.]?\d{2}[ -.]?\d{4}(?!\d)/.test(rest)) return true
  for (const [run] of rest.matchAll(/\d(?:[ .-]{0,2}\d){11,}/g)) {
    const digits = run.replace(/\D/g, '')
    for (let size = 12; size <= 19; size++)
      for (let at = 0; at + size <= digits.length; at++) if (luhn(digits.slice(at, at + size))) return true
  }
  for (const [run] of rest.matchAll(/[A-Za-z]{2}\d{2}[ A-Za-z0-9]{10,}/g)) {
    const compact = run.replaceAll(' ', '').toUpperCase()
    for (let size = 15; size <= Math.min(34, compact.length); size++) if (mod97(compact.slice(0, size))) return true
  }
  return false
}
