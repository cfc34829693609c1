// A target over its quarters, with the stated percent as a line to compare with.
import { COLOURS, type LinesSpec } from '@/shared/charts/spec'
import type { PublicTarget } from '../types'
import { roughPercent, shortQuarter } from './words'

/** True where there is a line to draw: one point is better said in words. */
export const hasTrend = (target: PublicTarget): boolean =>
  target.trend.filter(({ share }) => share != null).length > 1

export function trendOf(target: PublicTarget, names: { share: string; stated: string }): LinesSpec {
  const shares = target.trend.map(({ share }) => share ?? null)
  const stated = target.percent / 100
  const known = [...shares.filter((share): share is number => share !== null), stated]
  return {
    kind: 'lines',
    labels: target.trend.map(({ period }) => shortQuarter(period)),
    series: [
      {
        name: names.share,
        values: shares,
        colour: COLOURS.good,
        hollow: target.trend.map(({ complete }) => !complete),
      },
      {
        name: names.stated,
        values: shares.map(() => stated),
        colour: COLOURS.stated,
        dashed: true,
      },
    ],
    format: roughPercent,
    ...axis(known),
  }
}

/** Tens of percent around what is shown: from nought, 85 and 87 would be one line. */
export function axis(shares: number[]): { min: number; max: number } {
  const tens = (share: number) => Math.floor(share * 10 + 1e-9) / 10
  const min = Math.max(0, Math.min(...shares.map(tens)) - 0.1)
  const max = Math.min(1, Math.max(...shares.map(tens)) + 0.2)
  return { min: round(min), max: round(max) }
}
const round = (share: number) => Math.round(share * 10) / 10
