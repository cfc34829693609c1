import type { components } from '@/shared/api/schema'

type Schemas = components['schemas']

export type FigureTable = Schemas['FigureTable']
export type FigureRow = Schemas['FigureRow']
export type FollowUp = Schemas['FollowUpFigures']
export type Definition = Schemas['FigureDefinition']
export type Grouping = Schemas['FigureGrouping']
export type Scorecard = Schemas['Scorecard']
export type ScorecardOffice = Schemas['ScorecardOffice']
export type PublicTarget = Schemas['PublicTarget']
export type TargetStated = Schemas['TargetStated']
export type TargetTrend = Schemas['TargetTrend']
export type Hotspots = Omit<Schemas['Hotspots'], 'items'> & { items: Hotspot[] }
/** A ring's points are pairs, which OpenAPI cannot say. */
export type Hotspot = Omit<Schemas['Hotspot'], 'ring'> & { ring: [number, number][] }
