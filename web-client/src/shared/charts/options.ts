// A chart's description turned into what ECharts wants.
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import { LINE_HEIGHT, rowsOf, type BarsSpec, type ChartSpec, type LinesSpec } from './spec'

export type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption>

export interface Look {
  /** No movement, for whoever asked the system for less of it. */
  calm: boolean
  /** Pixels of the page's text. */
  text: number
  family: string
  /** Pixels there are. */
  width: number
}

const INK = '#1c2a24'
const INK_SOFT = '#4f5f57'
const GRID = '#d9d8c9'
const PAPER = '#fffefa'

export function optionOf(spec: ChartSpec, look: Look): ChartOption {
  return {
    animation: !look.calm,
    animationDuration: 350,
    textStyle: { fontFamily: look.family, fontSize: look.text, color: INK },
    ...(spec.kind === 'bars' ? bars(spec, look) : lines(spec, look)),
  }
}

const shared = { outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' } as const

function bars(spec: BarsSpec, look: Look): ChartOption {
  const last = spec.series.length - 1
  const sums = spec.labels.map((_, at) =>
    spec.series.reduce((sum, { values }) => sum + (values[at] ?? 0), 0),
  )
  const most = Math.max(0, ...sums)
  const rows = rowsOf(spec, look.width, look.text)
  return {
    grid: { left: 0, right: look.text * 4.2, top: rows.top, bottom: 4, ...shared },
    xAxis: {
      type: 'value',
      max: spec.max ?? (most === 0 ? 1 : most),
      axisLabel: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.labels,
      axisTick: { show: false },
      // Drawn through the labels it would be in the way.
      axisLine: { show: !rows.above, lineStyle: { color: GRID } },
      axisLabel: {
        color: INK,
        fontSize: look.text,
        lineHeight: look.text * LINE_HEIGHT,
        interval: 0,
        ...(rows.above
          ? {
              inside: true,
              margin: 0,
              verticalAlign: 'bottom' as const,
              padding: [0, 0, rows.bar / 2 + 4, 0],
            }
          : {}),
      },
      // What lies under a bar is not read.
      z: 3,
    },
    series: spec.series.map((series, index) => ({
      type: 'bar',
      name: series.name,
      stack: 'all',
      barWidth: rows.bar,
      silent: true,
      // A bar of nothing carries the dash of a row that nothing is known of.
      data: index === last ? series.values.map((value) => value ?? 0) : series.values,
      itemStyle: { color: series.colour, borderColor: PAPER, borderWidth: 1 },
      // The whole of a stack is written once, at its end.
      label: {
        show: index === last,
        position: 'right',
        color: INK,
        fontSize: look.text,
        formatter: ({ dataIndex }) =>
          spec.series.every(({ values }) => values[dataIndex] == null)
            ? '–'
            : spec.format(sums[dataIndex] ?? 0),
      },
    })),
  }
}

function lines(spec: LinesSpec, look: Look): ChartOption {
  const room = Math.max(1, Math.floor(look.width / (look.text * 4)))
  const every = Math.max(1, Math.ceil(spec.labels.length / room))
  return {
    grid: { left: 4, right: look.text, top: look.text * 1.8, bottom: 4, ...shared },
    xAxis: {
      type: 'category',
      data: spec.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: INK_SOFT } },
      axisLabel: { color: INK_SOFT, fontSize: look.text, interval: every - 1 },
    },
    yAxis: {
      type: 'value',
      min: spec.min,
      max: spec.max,
      splitNumber: 4,
      axisLabel: { color: INK_SOFT, fontSize: look.text, formatter: spec.format },
      splitLine: { lineStyle: { color: GRID } },
    },
    series: spec.series.map((series) => ({
      type: 'line',
      name: series.name,
      silent: true,
      showSymbol: !series.dashed,
      symbolSize: 10,
      lineStyle: {
        color: series.colour,
        width: series.dashed ? 2 : 2.5,
        type: series.dashed ? 'dashed' : 'solid',
      },
      data: series.values.map((value, at) => ({
        value: value ?? undefined,
        symbol: series.hollow?.[at] ? 'emptyCircle' : 'circle',
        itemStyle: { color: series.colour, borderWidth: 2 },
        label: {
          show: !series.dashed && value !== null && at % every === (spec.labels.length - 1) % every,
          position: 'top' as const,
          // A number on a line is not read.
          backgroundColor: PAPER,
          padding: [1, 2],
          color: INK,
          fontSize: look.text,
          formatter: () => spec.format(value ?? 0),
        },
      })),
    })),
  }
}
