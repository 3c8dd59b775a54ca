/** Charsets in which ASCII stands for itself, so that ASCII rules see what the receiver sees. Labels of the WHATWG encoding standard. */
const ASCII_COMPATIBLE =
  /^(?:|utf-?8|unicode-1-1-utf-8|us-ascii|ascii|ansi_x3\.4-1968|iso[-_]?8859[-_]?\d{1,2}(?:-[ei])?|latin[-_]?\d{1,2}|l[1-9]|(?:windows|cp)[-_]?125\d|x-cp125\d|(?:windows|cp)[-_]?874|tis-620|koi8-?[ru]{1,2}|ibm866|cp866|macintosh|x-mac-cyrillic|shift[-_]?jis|sjis|ms_kanji|windows-31j|gbk|gb2312|gb_2312-80|gb18030|x-gbk|big5(?:-hkscs)?|euc-?(?:jp|kr)|x-euc-jp|ks_c_5601-1987|windows-949|binary|none)$/

export interface Charset {
  readonly unsupported: boolean
}

/** Whether a body's text can be read as bytes. UTF-16 and UTF-32 (said, marked, or plain to see), shift states and unknown labels cannot. */
export function chooseCharset(type: { readonly charset: string; readonly kind: string }, head: Uint8Array): Charset {
  if (type.kind === 'binary-message') return { unsupported: false }
  if (!ASCII_COMPATIBLE.test(type.charset)) return { unsupported: true }
  const [a, b] = head
  if (head.length >= 2 && ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff))) return { unsupported: true }
  return { unsupported: type.kind !== 'generic' && type.kind !== 'none' && looksWide(head) }
}

/** Every other byte of the beginning is NUL, or three of four are: text in two or four bytes a character. */
function looksWide(head: Uint8Array): boolean {
  const length = Math.min(64, head.length & ~1)
  if (length < 4) return false
  let even = 0
  let odd = 0
  for (let i = 0; i < length; i += 2) {
    if (head[i] === 0) even++
    if (head[i + 1] === 0) odd++
  }
  const half = length / 2
  return even >= half * 0.7 || odd >= half * 0.7
}
