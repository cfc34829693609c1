import { api, url } from '@/shared/api/client'
import type { FigureTable, Grouping, Hotspots, PublicTarget, Scorecard } from './types'

export type Format = 'csv' | 'xlsx' | 'geojson'
export interface Span {
  from?: string
  to?: string
}

export const readFigures = (span: Span, by: Grouping) =>
  api.get<FigureTable>('/figures', { query: { ...span, by } })
export const readScorecard = () => api.get<Scorecard>('/figures/scorecard')
export const readTargets = () => api.get<{ targets: PublicTarget[] }>('/figures/targets')
export const readHotspots = (span: Span) =>
  api.get<Hotspots>('/figures/hotspots', { query: { ...span } })

export const figuresFile = (format: Format, span: Span, by: Grouping): string =>
  url('/figures/export', { format, ...span, by })
export const reportsFile = (format: 'csv' | 'geojson'): string => url('/reports/export', { format })
