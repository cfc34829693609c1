// The rule set as GET /api/v1/sorting/pack sends it (api/src/sorting/pack.rs), and the answers that
// are made of it. Nothing here or beside it knows Vue or the page: the journeys run it in Node.

export type Bin = 'recyclable' | 'hazardous' | 'kitchen' | 'other'
export type Route = 'pickup' | 'drop_off' | 'special'
export type Area = 'urban' | 'village'
export type Lead = 'second-hand'
export type MatchedBy = 'exact' | 'alias' | 'pinyin' | 'typo' | 'part'
export type Lang = 'zh' | 'en' | 'ko'

export interface Ruling {
  category?: Bin | null
  subcategory?: string | null
  route?: Route | null
  why: string
  prepare: string
  goes_to: string
  source: string
  effective: string
}

export interface Kind {
  id: string
  name: string
  lead?: Lead | null
  differs?: string | null
  urban: Ruling
  village?: Ruling | null
  dangerous?: boolean
}

export interface Lexicon {
  ask_before: string[]
  ask_after: string[]
  neutral: string[]
  state: { id: string; before: string[]; after: string[]; turns: Record<string, string> }[]
  class: Record<string, string[]>
  class_of_kind: Record<string, string>
  head: { words: string[]; of: [string, string][] }[]
  lookalike: string[]
}

export interface Point {
  id: string
  name: string
  lng: number
  lat: number
  address: string
  hours: string
  bins: Bin[]
  kinds: string[]
  provisional: boolean
}

export interface CollectionDay {
  bin: Bin
  area: Area
  when: string
  provisional: boolean
}

export interface Pack {
  format: number
  revision: number
  lang: Lang
  kinds: Kind[]
  things: {
    name: string[]
    kind: number[]
    aliases: string[]
    en: string[]
    ko: string[]
    emoji: string[]
    /** Empty where the texts are not in Chinese. */
    note: string[]
    id: Record<string, string>
  }
  lexicon: Lexicon
  traditional: string
  readings: Record<string, string>
  further_readings: Record<string, string[]>
  points: Point[]
  collection: CollectionDay[]
}

/** The format this engine reads; `FORMAT` in pack.rs. */
export const FORMAT = 1

export interface Named {
  id: string
  name: string
}

/** As GET /sorting answers; the two ways are shown by the same card. */
export interface Result {
  id: string
  name: string
  category?: Bin | null
  subcategory?: string | null
  route?: Route | null
  matched_by: MatchedBy
  confidence: number
  matched?: string | null
  why: string
  prepare: string
  goes_to: string
  source: string
  effective: string
  differs?: string | null
  note?: string | null
  kind: Named
  lead?: Lead | null
}

export interface Answer {
  query: string
  area: Area
  results: Result[]
  candidates: Named[]
}
