// What was scanned or typed: a book's label, a book's ISBN, or a stallholder's pass.
import { parseIsbn } from './isbn'

export type Scan =
  { is: 'label'; book: string } | { is: 'isbn'; isbn: string } | { is: 'pass'; pass: string }

const LABEL = /\/b\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:[/?#]|$)/i
const PASS = /\/stall-pass\/([A-Za-z0-9_-]{8,200})(?:[/?#]|$)/

export function readScan(text: string): Scan | null {
  const label = LABEL.exec(text)
  if (label) return { is: 'label', book: label[1].toLowerCase() }
  const pass = PASS.exec(text)
  if (pass) return { is: 'pass', pass: pass[1] }
  const isbn = parseIsbn(text)
  return isbn ? { is: 'isbn', isbn } : null
}

/** The eight signs printed below a label's code. */
export const shortLabel = (book: string): string => book.replace(/-/g, '').slice(-8).toUpperCase()

/** What somebody types from a label with a scratched code. */
export const isShortLabel = (text: string): boolean =>
  /^[0-9A-F]{8}$/i.test(text.trim()) && !/^\d{8}$/.test(text.trim())

/** The hexadecimal SHA-256 of a pass; `null` on pages without https, which may not compute it. */
export async function passHash(pass: string): Promise<string | null> {
  if (!crypto.subtle) return null
  const bytes = new Uint8Array(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pass)),
  )
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
