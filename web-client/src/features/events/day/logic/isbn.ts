// ISBN-10 and ISBN-13 (ISO 2108): the check digit says at once whether a scan or a typed number is
// right. The same as `api/src/events/isbn.rs`: change both.

/** The signs of a number however it is written; `null` where something else is among them. */
function signsOf(text: string): number[] | null {
  const signs: number[] = []
  for (const char of Array.from(text.trim())) {
    const code = char.codePointAt(0) ?? 0
    if (code >= 48 && code <= 57) signs.push(code - 48)
    else if (code >= 0xff10 && code <= 0xff19) signs.push(code - 0xff10)
    else if ('XxＸｘ'.includes(char) && signs.length === 9) signs.push(10)
    else if (!' -–－—‐'.includes(char)) return null
  }
  return signs
}

const weighted = (signs: number[]): number =>
  signs.reduce((sum, digit, at) => sum + (at % 2 === 0 ? digit : 3 * digit), 0)

/** The thirteen digits, or `null` where the check digit or the prefix is wrong. */
export function parseIsbn(text: string): string | null {
  const signs = signsOf(text)
  if (signs?.length === 10) {
    const sum = signs.reduce((all, digit, at) => all + digit * (10 - at), 0)
    if (sum % 11 !== 0) return null
    const long = [9, 7, 8, ...signs.slice(0, 9)]
    return [...long, (10 - (weighted(long) % 10)) % 10].join('')
  }
  if (signs?.length !== 13) return null
  const digits = signs.join('')
  return /^97[89]/.test(digits) && weighted(signs) % 10 === 0 ? digits : null
}

/** Digits enough for a number, so that it can be said to be wrong while it is typed. */
export const looksWhole = (text: string): boolean => {
  const length = text.replace(/[^0-9０-９XxＸｘ]/g, '').length
  return length === 10 || length >= 13
}
