/** The tracking code as people type it after hearing it on the phone. */
const LENGTH = 9

const HAN_DIGITS: Record<string, string> = {
  零: '0',
  〇: '0',
  一: '1',
  幺: '1',
  二: '2',
  两: '2',
  三: '3',
  四: '4',
  五: '5',
  六: '6',
  七: '7',
  八: '8',
  九: '9',
}

function digitsOf(text: string): string {
  return Array.from(text)
    .map((char) => {
      const code = char.codePointAt(0) ?? 0
      // Full-width digits of Chinese keyboards.
      if (code >= 0xff10 && code <= 0xff19) return String(code - 0xff10)
      if (char === 'O' || char === 'o' || char === 'Ｏ') return '0'
      if (char === 'l' || char === 'I') return '1'
      return HAN_DIGITS[char] ?? char
    })
    .join('')
}

/** The nine digits, or null where the text is not a code. Spaces and dashes of any kind are ignored. */
export function normaliseCode(text: string): string | null {
  const digits = digitsOf(text).replace(/[\s\-‐-―－—_.·,，、()（）]+/g, '')
  return /^\d+$/.test(digits) && digits.length === LENGTH ? digits : null
}

/** How many digits have been typed, for a hint while typing. */
export function countDigits(text: string): number {
  return digitsOf(text).replace(/\D/g, '').length
}

export interface ReportLink {
  code: string
  secret: string | null
}

/** Reads a pasted address such as https://…/r/482719356#s=SECRET, or a bare code. */
export function parseReportLink(text: string): ReportLink | null {
  const match = /\/r\/(\d{9})(?:[^#\s]*#s=([A-Za-z0-9_\-.~%]+))?/.exec(text)
  if (match) return { code: match[1], secret: match[2] ? decodeURIComponent(match[2]) : null }
  const code = normaliseCode(text)
  return code ? { code, secret: null } : null
}

export function secretFromHash(hash: string): string | null {
  const match = /^#s=([A-Za-z0-9_\-.~%]{8,200})$/.exec(hash)
  return match ? decodeURIComponent(match[1]) : null
}
