import { describe, expect, it } from 'vitest'
import { optionOf, type Look } from './options'
import { heightOf, rowsOf, wrapped, type BarsSpec, type LinesSpec } from './spec'

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
  it('stay whole where they are short, and lose nothing where they are long', () => {
    expect(wrapped('住建局', 8)).toEqual(['住建局'])
    expect(wrapped('江源区住房和城乡建设局', 8)).toEqual(['江源区住房和城乡', '建设局'])
    const long = '一二三四五六七八九十一二三四五六七八九'
    expect(wrapped(long, 8).join('')).toBe(long)
  })

  it('break between words', () => {
    expect(wrapped('Housing and Construction', 8)).toEqual(['Housing and', 'Construction'])
  })

  it('have a line of their own on a phone, as soon as one is too long to stand beside its bar', () => {
    const english = { ...bars, labels: ['Housing and Urban-Rural Development Bureau', 'Police'] }
    const phone = rowsOf(english, 340, 13)
    expect(phone.above).toBe(true)
    expect(phone.labels).toEqual(english.labels)
    expect(phone.row).toBeGreaterThan(13 * 1.2 + phone.bar)
    expect(rowsOf(english, 900, 13).above).toBe(false)
    expect(rowsOf(bars, 340, 13).above).toBe(false)
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
