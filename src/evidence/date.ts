/**
 * Dates as people and programs write them: ISO 8601 with or without a time, day, month and year in any order with dots, strokes or hyphens,
 * eight digits, and with the month's name (English, German, French, Spanish, Italian, Portuguese, Dutch, Polish; the first three letters decide).
 */
const MONTHS = new Set(
  (
    'jan feb mar apr may jun jul aug sep oct nov dec mai mär maj okt dez fév fev avr aoû aou déc ene abr ago dic set out gen mag giu lug ott ' +
    'mrt maa mei sty lut kwi cze lip sie wrz paź paz lis gru'
  ).split(' '),
)

/** Is the whole of `text` (at most 40 characters are looked at) one date of the years 1875 to 2099? */
export function isDate(text: string): boolean {
  if (text.length > 40) return false
  const iso =
    /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?$/.exec(text)
  if (iso !== null) return isYear(iso[1]) && isDayAndMonth(Number(iso[4]), Number(iso[3]))
  const local = /^(\d{1,2})([-/. ])(\d{1,2})\2(\d{4}|\d{2})\.?$/.exec(text)
  if (local !== null) return isYear(local[4]) && isDayAndMonth(Number(local[1]), Number(local[3]))
  const run = /^(\d{4})(\d{2})(\d{2})$/.exec(text)
  if (run !== null)
    return (
      (isYear(run[1]) && isDayAndMonth(Number(run[3]), Number(run[2]))) ||
      (isYear(text.slice(4)) && isDayAndMonth(Number(text.slice(0, 2)), Number(text.slice(2, 4))))
    )
  const named =
    /^(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[ .-]{0,2}(?:de )?(\p{L}{3,12})\.?,?(?: de)?[ .-]{1,2}(\d{4}|\d{2})$/u.exec(text) ??
    /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(\p{L}{3,12})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4}|\d{2})$/u.exec(text)
  if (named === null) return false
  const [day, month] = /^\d/.test(named[1]) ? [named[1], named[2]] : [named[2], named[1]]
  return isYear(named[3]) && Number(day) >= 1 && Number(day) <= 31 && MONTHS.has(month.slice(0, 3).toLowerCase())
}

function isYear(text: string): boolean {
  return text.length === 2 || (Number(text) >= 1875 && Number(text) <= 2099)
}

/** Either order. */
function isDayAndMonth(a: number, b: number): boolean {
  return a >= 1 && b >= 1 && ((a <= 31 && b <= 12) || (a <= 12 && b <= 31))
}
