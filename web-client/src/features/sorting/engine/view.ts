// Answers as GET /sorting gives them; the twin of api/src/sorting/view.rs.
import { lookUp, rulingOf, suggest, type Found, type Hit } from './ladder.ts'
import type { Index } from './index.ts'
import type { Answer, Area, Bin, Kind, Named, Point, Result, Route } from './types.ts'

/** The server's longest query, in characters. */
export const MAX_QUERY = 100

/** A thing's usual name in the pack's language, in Chinese where it has none. */
export function thingName(index: Index, thing: number): string {
  const { lang, things } = index.pack
  const foreign = lang === 'zh' ? '' : things[lang][thing].split('|')[0]
  return foreign === '' ? things.name[thing] : foreign
}

const named = (index: Index, thing: number): Named => ({
  id: index.thingId(thing),
  name: thingName(index, thing),
})

function about(index: Index, kind: Kind, area: Area, hit: Hit): Result {
  const { pack } = index
  const { thing } = hit
  // A state can turn a thing into another kind, of which its own note says nothing.
  const own = thing !== null && pack.things.kind[thing] === hit.kind
  return {
    ...(thing === null ? { id: kind.id, name: kind.name } : named(index, thing)),
    ...rulingOf(kind, area),
    matched_by: hit.matchedBy,
    confidence: hit.confidence / 100,
    matched: hit.entry === null ? null : index.written(hit.entry),
    differs: kind.differs ?? null,
    note: own ? pack.things.note[thing] || null : null,
    kind: { id: kind.id, name: kind.name },
    lead: kind.lead ?? null,
  }
}

export function answer(index: Index, query: string, area: Area, limit = 5): Answer {
  const found: Found = lookUp(index, query, area)
  return {
    query,
    area,
    results: found.hits
      .slice(0, limit)
      .map((hit) => about(index, index.pack.kinds[hit.kind], area, hit)),
    candidates: found.candidates.slice(0, limit).map((thing) => named(index, thing)),
  }
}

/** A name to choose while typing, with its bin. */
export interface Suggestion extends Named {
  /** The name that was begun, where it is another. */
  matched?: string
  category?: Bin | null
  route?: Route | null
  emoji?: string
}

export function suggestions(index: Index, query: string, area: Area, limit = 5): Suggestion[] {
  const { things, kinds } = index.pack
  return suggest(index, query, limit).map((entry) => {
    const thing = index.thingOf[entry]
    const { category, route } = rulingOf(kinds[things.kind[thing]], area)
    const own = named(index, thing)
    const written = index.written(entry)
    return {
      ...own,
      category,
      route,
      emoji: things.emoji[thing],
      matched: written === own.name || written === things.name[thing] ? undefined : written,
    }
  })
}

export interface PointView extends Omit<Point, 'kinds'> {
  distance_m?: number | null
}

/** What GET /sorting/rulings/{id} says of a thing or a kind. */
export interface RulingView extends Result {
  also: string[]
  points: PointView[]
  collected: string[]
}

export function ruling(index: Index, id: string, area: Area): RulingView | null {
  const { pack } = index
  const thing = index.thingById(id) ?? null
  const kindAt = thing === null ? index.kindAt.get(id) : pack.things.kind[thing]
  if (kindAt === undefined) return null
  const kind = pack.kinds[kindAt]
  const { category, route } = rulingOf(kind, area)
  const hit: Hit = { thing, kind: kindAt, matchedBy: 'exact', confidence: 100, entry: null }
  const takes = (point: Point) =>
    point.kinds.includes(kind.id) ||
    (route !== 'special' && Boolean(category) && point.bins.includes(category!))
  return {
    ...about(index, kind, area, hit),
    also: thing === null ? [] : pack.things.aliases[thing].split('|').filter(Boolean),
    points: pack.points.filter(takes),
    collected: pack.collection
      .filter((day) => day.bin === category && day.area === area)
      .map((day) => day.when),
  }
}
