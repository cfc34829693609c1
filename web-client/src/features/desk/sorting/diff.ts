import type { Change } from './api'

type Side = Change['before']

export const FIELDS = ['name', 'kind', 'aliases', 'en', 'ko', 'emoji', 'note'] as const
export type Field = (typeof FIELDS)[number]

export interface Difference {
  field: Field
  before: string
  after: string
}

const JOINER = ' · '

function text(side: Side, field: Field): string {
  const value = side?.[field]
  return Array.isArray(value) ? value.join(JOINER) : (value ?? '')
}

/** What a change does, field by field; names that stay in a list are left out. */
export function differences(before: Side, after: Side): Difference[] {
  return FIELDS.flatMap((field): Difference[] => {
    const [a, b] = [before?.[field], after?.[field]]
    if (before && after && Array.isArray(a) && Array.isArray(b)) {
      const gone = a.filter((name) => !b.includes(name))
      const added = b.filter((name) => !a.includes(name))
      return gone.length + added.length > 0
        ? [{ field, before: gone.join(JOINER), after: added.join(JOINER) }]
        : []
    }
    const difference = { field, before: text(before, field), after: text(after, field) }
    return difference.before === difference.after ? [] : [difference]
  })
}

export interface RowFault {
  row: string
  column: string
  message: string
}

/** `row 12, aliases` as the server names a fault in a table. */
export function rowFaults(fields: { field: string; message: string }[]): RowFault[] {
  return fields.map(({ field, message }) => {
    const found = /^row (\d+)(?:, (.+))?$/.exec(field)
    return { row: found?.[1] ?? '', column: found?.[2] ?? (found ? '' : field), message }
  })
}
