export const MIN_PASSWORD = 10

// Without letters and digits that are mistaken for one another: it is read out over the phone.
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789'

/** A first password for a colleague, about 59 bits: `xxxx-xxxx-xxxx`. */
export function firstPassword(random: (bytes: Uint8Array) => Uint8Array): string {
  let out = ''
  while (out.length < 12) {
    for (const byte of Array.from(random(new Uint8Array(16)))) {
      // Bytes above the last full round of the alphabet would favour its beginning.
      if (byte < 256 - (256 % LETTERS.length) && out.length < 12)
        out += LETTERS[byte % LETTERS.length]
    }
  }
  return out.replace(/(.{4})(?=.)/g, '$1-')
}
