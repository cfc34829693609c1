import { beforeAll, describe, expect, it } from 'vitest'
import { i18n } from '@/shared/i18n'
import { followUp, row } from '../fixture'
import zh from '../locales/zh'
import type { PublicTarget, TargetTrend } from '../types'
import { legendOf, stepOf, thresholds } from './cells'
import { barsOf, cell, extremes } from './measures'
import { finishedYears, presetOf, presetSpan, publicSpan, PRESETS } from './spans'
import { axis, hasTrend, trendOf } from './trend'
import { percent, workTime } from './words'

beforeAll(() => i18n.global.mergeLocaleMessage('zh', { figures: zh }))

describe('the times that are asked for', () => {
  it('are whole, and cross the year where they must', () => {
    const spans = PRESETS.map((preset) => presetSpan(preset, '2026-02-14'))
    expect(spans.map(({ from, to }) => `${from} ${to}`)).toEqual([
      '2025-02-01 2026-02-14',
      '2026-02-01 2026-02-14',
      '2026-01-01 2026-01-31',
      '2026-01-01 2026-02-14',
      '2025-10-01 2025-12-31',
      '2026-01-01 2026-02-14',
      '2025-01-01 2025-12-31',
    ])
  })

  it('are known again by their days', () => {
    expect(presetOf(presetSpan('last_quarter', '2026-11-26'), '2026-11-26')).toBe('last_quarter')
    expect(presetOf({ from: '2026-01-02', to: '2026-01-03' }, '2026-11-26')).toBeUndefined()
  })

  it('are for the public only years that are over', () => {
    expect(finishedYears('2026-11-26')).toEqual([2025, 2024, 2023])
    expect(publicSpan('2025', '2026-11-26')).toEqual({ from: '2025-01-01', to: '2025-12-31' })
    expect(publicSpan('2026', '2026-11-26')).toEqual({})
    expect(publicSpan('', '2026-11-26')).toEqual({})
  })
})

describe('figures in words', () => {
  it('give a count its share, a time its ninetieth percentile, a score its voices', () => {
    expect(cell(followUp(), 'closed')).toEqual({ main: '23', beside: '57.5%' })
    expect(cell(followUp(), 'received')).toEqual({ main: '48', beside: '' })
    expect(cell(followUp(), 'returned')).toEqual({ main: '2', beside: '' })
    expect(cell(followUp(), 'first_action')).toEqual({ main: '45 分钟', beside: '≤ 38 小时' })
    expect(cell(followUp(), 'satisfaction')).toEqual({ main: '2.8', beside: '× 33' })
    expect(cell(followUp(), 'of_a_newer_server')).toEqual({ main: '', beside: '' })
  })

  it('say nothing where there is nothing to divide by', () => {
    expect(percent(null)).toBe('–')
    expect(workTime(null)).toBe('–')
    expect(workTime(90)).toBe('1.5 小时')
  })
})

describe('bars', () => {
  const rows = [row('a', followUp()), row('few', null), row('b', followUp({ received: 60 }))]
  const name = (key: string) => key

  it('leave out rows that are not shown', () => {
    expect(barsOf(rows, 'closed', name).labels).toEqual(['a', 'b'])
  })

  it('divide what was received into parts that are the whole', () => {
    const { series } = barsOf(rows, 'received', name)
    expect(series.map(({ values }) => values[0])).toEqual([7, 16, 17, 8])
    expect(series.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(48)
  })

  it('of shares end at the whole', () => {
    expect(barsOf(rows, 'rework', name).max).toBe(1)
    expect(barsOf(rows, 'close', name).max).toBeUndefined()
  })

  it('say their ends in a sentence', () => {
    expect(extremes(rows, 'received')).toEqual({
      most: 'b',
      mostValue: '60',
      least: 'a',
      leastValue: '48',
      n: 2,
    })
    expect(extremes([row('few', null)], 'received')).toBeNull()
  })
})

describe('a target’s trend', () => {
  const quarter = (period: string, share: number | null, complete = true): TargetTrend => ({
    period,
    share,
    complete,
    numerator: 1,
    denominator: 2,
    entered: 1,
    expected: complete ? 1 : 2,
  })
  const target = {
    id: 'film',
    percent: 85,
    trend: [quarter('2026Q1', 0.81), quarter('2026Q2', null), quarter('2026Q3', 0.9, false)],
  } as PublicTarget

  it('has the stated percent as a line and marks what is incomplete', () => {
    const spec = trendOf(target, { share: '回收率', stated: '目标' })
    expect(spec.labels).toEqual(['26Q1', '26Q2', '26Q3'])
    expect(spec.series[0]!.values).toEqual([0.81, null, 0.9])
    expect(spec.series[0]!.hollow).toEqual([false, false, true])
    expect(spec.series[1]!.values).toEqual([0.85, 0.85, 0.85])
    expect([spec.min, spec.max]).toEqual([0.7, 1])
  })

  it('is no line of one point', () => {
    expect(hasTrend(target)).toBe(true)
    expect(hasTrend({ ...target, trend: [quarter('2026Q1', 0.8)] })).toBe(false)
  })

  it('keeps its axis within nought and a hundred', () => {
    expect(axis([0, 0.02])).toEqual({ min: 0, max: 0.2 })
    expect(axis([0.98, 1])).toEqual({ min: 0.8, max: 1 })
  })
})

describe('cells', () => {
  it('fall into at most four steps', () => {
    const limits = thresholds([{ cases: 5 }, { cases: 25 }])
    expect(limits).toEqual([5, 10, 15, 20])
    expect([5, 9, 10, 19, 20, 25].map((cases) => stepOf(cases, limits))).toEqual([0, 0, 1, 2, 3, 3])
    expect(legendOf(limits)).toEqual(['5–9', '10–14', '15–19', '20+'])
  })

  it('have one step where all are alike', () => {
    expect(thresholds([{ cases: 1 }, { cases: 1 }])).toEqual([1])
    expect(thresholds([])).toEqual([0])
  })
})
