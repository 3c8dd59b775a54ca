import { Random } from '../../support/random.ts'

const ONSETS = ['b', 'br', 'c', 'd', 'f', 'g', 'gr', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 'st', 't', 'v', 'w', 'z']
const VOWELS = ['a', 'e', 'i', 'o', 'u', 'ai', 'ei', 'ou']
const CODAS = ['', '', 'n', 'l', 'r', 's', 'm', 'th', 'ck', 'nd']
const KINDS = ['ltd', 'gmbh', 'inc', 'holding', 'systems', 'partners', 'group']

/** Made-up names of people, places and companies, in small letters: each once, always the same. */
export function manyTerms(count: number): string[] {
  const random = new Random(count)
  const word = () => {
    let text = ''
    for (let i = random.int(1, 3); i > 0; i--) text += random.pick(ONSETS) + random.pick(VOWELS) + random.pick(CODAS)
    return text
  }
  const terms = new Set<string>()
  while (terms.size < count) terms.add(random.chance(0.7) ? `${word()} ${word()}` : `${word()}${word()} ${random.pick(KINDS)}`)
  return [...terms]
}
