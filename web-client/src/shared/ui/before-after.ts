// Where the line between the two pictures stands.
const clamp = (percent: number) => Math.min(100, Math.max(0, percent))

export function toShare(x: number, left: number, width: number): number {
  return width > 0 ? clamp(((x - left) / width) * 100) : 50
}

/** What a key makes of it; null for a key that is none of the slider's. */
export function stepFor(key: string, share: number): number | null {
  if (key === 'ArrowLeft' || key === 'ArrowDown') return clamp(share - 5)
  if (key === 'ArrowRight' || key === 'ArrowUp') return clamp(share + 5)
  if (key === 'PageDown') return clamp(share - 20)
  if (key === 'PageUp') return clamp(share + 20)
  if (key === 'Home') return 0
  if (key === 'End') return 100
  return null
}
