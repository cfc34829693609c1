const MOST_GRAMS = 100_000_000

/** Grams of `12.5` or `12,5` kg; `null` for what is no weight. */
export function gramsOf(text: string): number | null {
  const kilos = Number(text.trim().replace(/[,，]/, '.'))
  if (!Number.isFinite(kilos) || kilos < 0) return null
  const grams = Math.round(kilos * 1000)
  return grams <= MOST_GRAMS ? grams : null
}
