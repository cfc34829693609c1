import { i18n } from '@/shared/i18n'
import { yuan } from '../listings/logic/price'
import type { ListingCard, Reputation } from './types'

export function priceWords(card: Pick<ListingCard, 'terms' | 'price_fen'>): string {
  const { t } = i18n.global
  if (card.terms === 'price' && card.price_fen) return `¥${yuan(card.price_fen)}`
  return t(card.terms === 'swap' ? 'asks.terms.swap' : 'asks.terms.free')
}

/** What is left of somebody's past, said in words; empty where there is nothing yet. */
export function pastWords(reputation: Reputation): string {
  const { t } = i18n.global
  const parts = (['done', 'no_shows', 'thumbs_up', 'thumbs_down'] as const).flatMap((key) => {
    const n = Math.round(reputation[key])
    return n > 0 ? [t(`asks.past.${key}`, { n }, n)] : []
  })
  return parts.join(t('asks.past.and'))
}

/** Grams as a person weighs them. */
export function weightWords(grams: number): string {
  const kg = grams / 1000
  const { n } = i18n.global
  return `${n(kg < 10 ? Math.round(kg * 10) / 10 : Math.round(kg))} kg`
}
