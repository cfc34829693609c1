// Who holds credits: a class by its code, or a numbered card; never a person. Children have no
// names here (PIPL art. 28, 31). The same as `api/src/events/holder.rs`: change both.
/** Shown as an example in every language: codes are written as the schools write them. */
export const EXAMPLE_CLASS = '3年2班'
const MAX = 16
const SIGNS = '一二三四五六七八九十甲乙丙丁年级班组队届初高中小大幼学前部A BCDEFGHabcdefgh（）()-·'
const MARKS = '年级班组队届'

const halfWidth = (text: string): string =>
  text.replace(/[０-９]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xff10 + 48))

/** A class such as `3年2班` or a card such as `A017`, tidied; `null` for anything else. */
export function parseHolder(text: string): string | null {
  const code = halfWidth(text.trim())
  const chars = Array.from(code)
  if (chars.length < 2 || chars.length > MAX) return null
  if (/^[A-Z]\d{1,4}$/.test(code)) return code
  const allowed = chars.every((char) => /\d/.test(char) || SIGNS.includes(char))
  // Five digits in a row are a pupil's number already; a year has four.
  const long = /\d{5}/.test(code)
  return allowed && !long && chars.some((char) => MARKS.includes(char)) ? code : null
}

/** A card's letter is a capital, however it was typed. */
export const tidyHolder = (text: string): string => {
  const code = halfWidth(text.trim())
  return /^[a-z]\d{1,4}$/.test(code) ? code.toUpperCase() : code
}
