// How figures are written; the same in tables, charts and sentences.
import { i18n } from '@/shared/i18n'
import type { TargetStated } from '../types'
import { parseQuarter } from './quarters'

const NOTHING = '–'
const number = (value: number, digits = 0) =>
  value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })

export const count = (value: number): string => number(value)

/** One decimal: the targets are whole percents, and a tenth decides whether one is met. */
export const percent = (share: number | null | undefined): string =>
  share == null ? NOTHING : `${number(share * 100, 1)}%`

/** A bare axis has no room for decimals. */
export const roughPercent = (share: number): string => `${Math.round(share * 100)}%`

export const score = (value: number | null | undefined): string =>
  value == null ? NOTHING : number(value, 1)

/** Minutes of office hours; an hour of them says more than a day, which differs by office. */
export function workTime(minutes: number | null | undefined): string {
  if (minutes == null) return NOTHING
  return minutes < 60
    ? i18n.global.t('figures.minutes', { n: minutes }, minutes)
    : i18n.global.t('figures.hours', { n: number(minutes / 60, minutes < 600 ? 1 : 0) })
}

/** At most three decimals, as they are entered. */
export const amount = (value: number): string =>
  value.toLocaleString('en', { maximumFractionDigits: 3 })

/** `2026Q4` → `26Q4`: a chart's axis on a phone. */
export const shortQuarter = (period: string): string => period.slice(2)

/** 2026 年第 3 季度 */
export function quarter(period: string): string {
  const found = parseQuarter(period)
  return found ? i18n.global.t('figures.targets.quarter', { ...found }) : period
}

/** What the programme wants, e.g. 85 % and more by 2025. */
export function statedWords(target: Pick<TargetStated, 'direction' | 'percent' | 'by'>): string {
  const up = target.direction === 'at_least'
  const key = target.percent === (up ? 100 : 0) ? (up ? 'all' : 'none_over') : target.direction
  return i18n.global.t(`figures.targets.${key}`, {
    by: String(target.by),
    percent: target.percent,
  })
}
