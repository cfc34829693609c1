/** What somebody types as yuan, in fen; null for what is no price. */
export function fenOf(text: string): number | null {
  const tidy = text
    .trim()
    .replace(/[０-９．]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
  if (!/^\d{1,7}(\.\d{1,2})?$/.test(tidy)) return null
  const [yuan, jiao = ''] = tidy.split('.')
  return Number(yuan) * 100 + Number((jiao + '00').slice(0, 2))
}

/** `12.5` or `300`: without decimals where there are none. */
export function yuan(fen: number): string {
  const whole = Math.floor(fen / 100)
  const rest = fen % 100
  if (rest === 0) return String(whole)
  return `${whole}.${String(rest).padStart(2, '0').replace(/0$/, '')}`
}
