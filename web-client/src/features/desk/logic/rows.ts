/** The row after or before; the first where none is active; null in an empty list. */
export function stepped(codes: string[], active: string, step: 1 | -1): string | null {
  if (codes.length === 0) return null
  const at = codes.indexOf(active)
  if (at < 0) return codes[0]
  return codes[Math.min(codes.length - 1, Math.max(0, at + step))]
}
