// Money is whole fen; what is negative is paid to the resident.
export type MoneyTone = 'pay' | 'get' | 'free'

export const toneOf = (fen: number): MoneyTone => (fen > 0 ? 'pay' : fen < 0 ? 'get' : 'free')

/** `¥30`, `¥12.50`; the sign is said in words. */
export function yuan(fen: number): string {
  const whole = Math.floor(Math.abs(fen) / 100)
  const rest = Math.abs(fen) % 100
  return `¥${whole}${rest === 0 ? '' : `.${String(rest).padStart(2, '0')}`}`
}

export type Change =
  'same' | 'pay_more' | 'pay_less' | 'get_more' | 'get_less' | 'pay_now' | 'get_now'

/** What a change of price means to whoever pays or is paid. */
export function changeOf(before: number, after: number): Change {
  if (before === after) return 'same'
  // Across zero the direction turns: it is clearest to say what now holds.
  if (before < 0 && after > 0) return 'pay_now'
  if (before > 0 && after < 0) return 'get_now'
  if (after > before) return before >= 0 ? 'pay_more' : 'get_less'
  return before > 0 ? 'pay_less' : 'get_more'
}
