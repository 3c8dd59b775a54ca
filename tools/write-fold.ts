// Writes src/views/fold-data.ts: characters that read as an ASCII character, or as none at all.
//   node tools/write-fold.ts           writes it
//   node tools/write-fold.ts --check   writes nothing; exit 1 when it is out of date (skipped on a Node with another Unicode version)
//
// Sources: the Unicode Character Database of the Node that runs this (General_Category Nd, Zs, Pd, Mn, Me; Default_Ignorable_Code_Point;
// Bidi_Control; NFKC, UAX #15), and for what those do not say the names of the code charts and the single-letter pairs of UTS #39
// (confusables.txt) that are alike in usual fonts.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const file = join(fileURLToPath(new URL('..', import.meta.url)), 'src/views/fold-data.ts')

/** Stands for "no character" in the table; U+0001 is never a target. */
const DROPPED = 1

/** `[source characters, what they read as]`: one target for all, or one each. */
const LISTED: readonly (readonly [string, string])[] = [
  // minus, hyphen bullet, modifier minus, heavy minus, box drawing, katakana prolonged sound mark, swung dash
  ['\u2212\u2043\u02d7\u2796\u2500\u2501\u30fc\u06d4\u2053', '-'],
  // ideographic and half-width full stop, middle dot, bullet, hyphenation point, bullet and dot operator, katakana middle dot, black circle
  ['\u3002\uff61\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\u25cf', '.'],
  ['\u2044\u2215\u29f8', '/'],
  ['\u203f', '_'],
  ['\u2236\u02d0\ua789', ':'],
  // Braille blank, line and paragraph separator, next line
  ['\u2800\u2028\u2029\u0085', ' '],
  // negative circled, double circled and dingbat digits, which have no decomposition
  ['\u2776\u2777\u2778\u2779\u277a\u277b\u277c\u277d\u277e', '123456789'],
  ['\u2780\u2781\u2782\u2783\u2784\u2785\u2786\u2787\u2788', '123456789'],
  ['\u278a\u278b\u278c\u278d\u278e\u278f\u2790\u2791\u2792', '123456789'],
  ['\u24f5\u24f6\u24f7\u24f8\u24f9\u24fa\u24fb\u24fc\u24fd', '123456789'],
  ['\u24ff\u{1f10b}\u{1f10c}', '0'],
  // digits and letters in parentheses, digits with a full stop or a comma behind them, which decompose into several characters
  ['\u2474\u2475\u2476\u2477\u2478\u2479\u247a\u247b\u247c', '123456789'],
  ['\u2488\u2489\u248a\u248b\u248c\u248d\u248e\u248f\u2490', '123456789'],
  ['\u{1f100}\u{1f101}', '0'],
  ['\u{1f102}\u{1f103}\u{1f104}\u{1f105}\u{1f106}\u{1f107}\u{1f108}\u{1f109}\u{1f10a}', '123456789'],
  [
    '\u249c\u249d\u249e\u249f\u24a0\u24a1\u24a2\u24a3\u24a4\u24a5\u24a6\u24a7\u24a8\u24a9\u24aa\u24ab\u24ac\u24ad\u24ae\u24af\u24b0\u24b1\u24b2\u24b3\u24b4\u24b5',
    'abcdefghijklmnopqrstuvwxyz',
  ],
]

/** UTS #39: Cyrillic, Greek, Armenian and Latin letters of other alphabets than English. They fold in words with letters of ours alone. */
const LETTERS: readonly (readonly [string, string])[] = [
  ['\u0430\u0432\u0435\u0455\u0456\u0458\u043a\u043e\u0440\u0441\u0443\u0445\u0501\u04bb\u051b\u051d\u04cf', 'aBesijkopcyxdhqwl'],
  [
    '\u0410\u0412\u0415\u0405\u0406\u0408\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u04ae\u0423\u050c\u051a\u051c\u0417\u0431',
    'ABESIJKMHOPCTXYYGQW36',
  ],
  ['\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03f9\u037f', 'ABEZHIKMNOPTYXCJ'],
  ['\u03b1\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03f2\u03f3', 'aikvopucj'],
  ['\u0585\u057d\u0570\u0578\u0581\u0566\u0555\u054d\u053c', 'ouhngqOUL'],
  ['\u0131\u0251\u0261\u1d0f\u1d1c\u1d20\u1d21\u1d22', 'iagouvwz'],
]

/** Letters without a decomposition that the code charts name after A to Z: negative circled, negative squared, regional indicators. */
const ALPHABETS = [0x1f150, 0x1f170, 0x1f1e6]

/** Interlinear annotation, number signs of Kaithi and joiners of hieroglyphs: format characters that are not listed as ignorable. Controls beyond ASCII. */
const NOT_SEEN = /[\ufff9-\ufffb\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u0080-\u0084\u0086-\u009f]/u
/** Marks that stand on Latin letters and digits; those that spell the vowels of other scripts stay. */
const LATIN_MARKS: readonly (readonly [number, number])[] = [
  [0x300, 0x36f],
  [0x483, 0x489],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
]
const ASCII = /^[!-~]$/

/** Marks a letter of LETTERS. */
const LETTER = 0x80

function listed(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const table = new Map<string, string>()
  for (const [from, to] of pairs) {
    const targets = [...to]
    ;[...from].forEach((character, i) => {
      const target = targets.length === 1 ? to : targets[i]
      if (target !== undefined) table.set(character, target)
    })
  }
  return table
}

function foldings(): Map<number, number> {
  const table = new Map<number, number>()
  const signs = listed(LISTED)
  const letters = listed(LETTERS)
  let digitRun = 0
  for (let code = 0x80; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const character = String.fromCodePoint(code)
    const isDigit = /\p{Nd}/u.test(character)
    // digits of a script stand in tens, 0 first
    if (isDigit) table.set(code, 0x30 + (digitRun++ % 10))
    else digitRun = 0
    if (isDigit) continue
    const ignorable = /[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}]/u.test(character) || NOT_SEEN.test(character)
    if (ignorable || (LATIN_MARKS.some(([from, to]) => code >= from && code <= to) && /[\p{Mn}\p{Me}]/u.test(character))) {
      table.set(code, DROPPED)
      continue
    }
    const compatible = character.normalize('NFKC')
    const letter = letters.get(character)
    if (letter !== undefined) {
      table.set(code, letter.charCodeAt(0) | LETTER)
      continue
    }
    const target = signs.get(character) ?? signs.get(compatible) ?? compatible
    if (ASCII.test(target) || target === ' ') table.set(code, target.charCodeAt(0))
    else if (/\p{Zs}/u.test(character)) table.set(code, 0x20)
    else if (/\p{Pd}/u.test(character)) table.set(code, 0x2d)
  }
  for (const first of ALPHABETS) for (let i = 0; i < 26; i++) if (!table.has(first + i)) table.set(first + i, 0x41 + i)
  return table
}

/**
 * Runs `first count target kind`, in base 36: `count` characters from `first` on (a distance to the end of the run before) read as `target`; kind 1:
 * as `target`, `target + 1`, …; 2 and 3: the same of LETTERS.
 */
function runsOf(table: Map<number, number>): string {
  const codes = [...table.keys()].sort((a, b) => a - b)
  const runs: string[] = []
  let end = 0
  for (let i = 0; i < codes.length; ) {
    const first = codes[i]
    const target = table.get(first)!
    const next = codes[i + 1] === first + 1 ? table.get(first + 1)! - target : 0
    const step = next === 1 ? 1 : 0
    let count = 1
    while (codes[i + count] === first + count && table.get(first + count) === target + count * step) count++
    runs.push([first - end, count, target & 0x7f, step | (target & LETTER ? 2 : 0)].map((n) => n.toString(36)).join(' '))
    end = first + count
    i += count
  }
  return runs.join(',')
}

function source(): string {
  const runs = runsOf(foldings())
  const lines: string[] = []
  for (let at = 0; at < runs.length; at += 118) lines.push(`  '${runs.slice(at, at + 118)}'`)
  return `// Written by tools/write-fold.ts (npm run build:fold), Unicode ${process.versions.unicode}. Do not edit.

/** Runs of characters that read as ASCII: \`distance count target kind\`, base 36, comma between; target 1: no character at all; kind 1: targets that
 * count up; 2 and 3: the same of letters of other alphabets. */
export const FOLD_RUNS =
${lines.join(' +\n')}
`
}

if (process.argv.includes('--check')) {
  const current = readFileSync(file, 'utf8')
  if (!current.includes(`Unicode ${process.versions.unicode}.`))
    console.log('src/views/fold-data.ts: another Unicode version, not checked')
  else if (current !== source()) {
    console.error('src/views/fold-data.ts is out of date: npm run build:fold')
    process.exit(1)
  }
} else writeFileSync(file, source())
