// One spelling for every way to type a name; the twin of api/src/sorting/search/fold.rs.

export type Traditional = Map<string, string>

export interface Folded {
  /** Without spaces or punctuation. */
  text: string
  /** What stood between spaces and punctuation. */
  words: string[]
}

export function readTraditional(pairs: string): Traditional {
  const chars = Array.from(pairs)
  const table: Traditional = new Map()
  for (let at = 0; at + 1 < chars.length; at += 2) table.set(chars[at], chars[at + 1])
  return table
}

const PLAIN = /^[a-z0-9\u4e00-\u9fff]*$/

export function fold(typed: string, traditional: Traditional): Folded {
  const folded: Folded = { text: '', words: [] }
  let word = ''
  const end = () => {
    if (word !== '') folded.words.push(word)
    word = ''
  }
  const normal = PLAIN.test(typed) ? typed : typed.normalize('NFKC')
  for (const upper of normal) {
    // One character may become two: İ.
    for (const char of upper.toLowerCase()) {
      const code = char.codePointAt(0)!
      if (isSilent(code)) continue
      if (separates(code)) {
        end()
        continue
      }
      // Typed for lü; nobody means a German word.
      word += code === 0xfc ? 'v' : (traditional.get(char) ?? char)
    }
  }
  end()
  folded.text = folded.words.join('')
  return folded
}

/** Leaves no trace: format characters, variation selectors, skin tones, tags. */
function isSilent(code: number): boolean {
  if (code < 0xad) return false
  return (
    code === 0xad ||
    (code >= 0x180b && code <= 0x180f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    (code >= 0xfff9 && code <= 0xfffd) ||
    (code >= 0x1f3fb && code <= 0x1f3ff) ||
    (code >= 0xe0000 && code <= 0xe0fff)
  )
}

/** Ends a word: controls, spaces, punctuation. */
function separates(code: number): boolean {
  return (
    code <= 0x2f ||
    (code >= 0x3a && code <= 0x40) ||
    (code >= 0x5b && code <= 0x60) ||
    (code >= 0x7b && code <= 0xbf) ||
    code === 0xd7 ||
    code === 0xf7 ||
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    (code >= 0x2010 && code <= 0x2029) ||
    (code >= 0x202f && code <= 0x205f) ||
    (code >= 0x3000 && code <= 0x3003) ||
    (code >= 0x3008 && code <= 0x3020) ||
    code === 0x3030 ||
    code === 0x30fb
  )
}

const ASCII = /^[\0-\x7f]*$/

/** Latin letters and digits only: English, or pinyin. */
export const isLatin = (text: string): boolean => ASCII.test(text)

/** As `is_han` in api/src/sorting/rules.rs. */
export const isHan = (code: number): boolean =>
  (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf)
