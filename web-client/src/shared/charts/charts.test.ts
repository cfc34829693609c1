import { describe, expect, it } from 'vitest'
import { optionOf, type Look } from './options'
import { heightOf, wrapped, type BarsSpec, type LinesSpec } from './spec'

const look: Look = { calm: true, text: 14, family: 'serif', width: 340 }
const bars: BarsSpec = {
  kind: 'bars',
  labels: ['住建局', '农业局'],
  series: [
    { name: '按期', values: [3, null], colour: '#17493a' },
    { name: '超期', values: [2, null], colour: '#c2571f' },
  ],
  format: String,
}
const lines: LinesSpec = {
  kind: 'lines',
  labels: ['25Q4', '26Q1'],
  series: [{ name: '回收率', values: [0.8, null], colour: '#17493a', hollow: [true, false] }],
  format: String,
}

describe('labels', () => {
  it('stay whole where they are short and break once where they are long', () => {
    expect(wrapped('住建局')).toBe('住建局')
    expect(wrapped('江源区住房和城乡建设局')).toBe('江源区住房和城乡\n建设局')
    expect(wrapped('一二三四五六七八九十一二三四五六七八九')).toBe(
      '一二三四五六七八\n九十一二三四五…',
    )
  })

  it('break between words', () => {
    expect(wrapped('Housing and Construction')).toBe('Housing and\nConstruction')
  })
})

describe('a chart', () => {
  it('gives every bar a row', () => {
    expect(heightOf({ ...bars, labels: Array.from({ length: 12 }, String) })).toBe(488)
    expect(heightOf(lines)).toBe(240)
  })

  it('keeps still for whoever asked for less movement', () => {
    expect(optionOf(bars, look).animation).toBe(false)
    expect(optionOf(bars, { ...look, calm: false }).animation).toBe(true)
  })

  it('writes the sum of a stack at its end, and a dash where there is nothing', () => {
    const { series } = optionOf(bars, look) as unknown as {
      series: { label: { show: boolean; formatter: (at: { dataIndex: number }) => string } }[]
    }
    expect(series.map(({ label }) => label.show)).toEqual([false, true])
    expect(series[1]!.label.formatter({ dataIndex: 0 })).toBe('5')
    expect(series[1]!.label.formatter({ dataIndex: 1 })).toBe('–')
  })

  it('leaves a gap where nothing is known and draws an incomplete quarter hollow', () => {
    const { series } = optionOf(lines, look) as unknown as {
      series: { data: { value?: number; symbol: string }[] }[]
    }
    expect(series[0]!.data.map(({ value }) => value)).toEqual([0.8, undefined])
    expect(series[0]!.data[0]!.symbol).toBe('emptyCircle')
  })
})
