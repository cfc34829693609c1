// The unified social credit code of a business (GB 32100-2015), checked while it is typed.

/** The 31 characters of the standard: no I, O, S, V or Z. */
const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
export const LENGTH = 18

/** As it is written on the licence: capitals, no spaces, ASCII digits. */
export const tidyCode = (text: string): string =>
  text.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()

export type CodeFault = 'length' | 'character' | 'check'

/** What is wrong with a tidied code; null where form and check character are right. */
export function faultOf(code: string): CodeFault | null {
  const values = Array.from(code, (char) => CHARACTERS.indexOf(char))
  if (values.includes(-1)) return 'character'
  if (values.length !== LENGTH) return 'length'
  // Digits 3 to 8 are the division code of the registrar.
  if (!/^\d{6}$/.test(code.slice(2, 8))) return 'character'
  // Appendix A: the weights are the powers of three modulo 31.
  let weight = 1
  let sum = 0
  for (const value of values.slice(0, -1)) {
    sum += value * weight
    weight = (weight * 3) % 31
  }
  return (31 - (sum % 31)) % 31 === values[LENGTH - 1] ? null : 'check'
}
