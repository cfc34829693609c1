// Quarters as the server writes them: `2026Q3`.

export interface Quarter {
  year: number
  n: number
}

export function parseQuarter(period: string): Quarter | null {
  const found = /^(\d{4})Q([1-4])$/.exec(period)
  return found ? { year: Number(found[1]), n: Number(found[2]) } : null
}

const write = (index: number): string => `${Math.floor(index / 4)}Q${(index % 4) + 1}`
const index = ({ year, n }: Quarter): number => year * 4 + n - 1

/** The quarter of a day. */
export const quarterOf = (day: string): string =>
  write(Number(day.slice(0, 4)) * 4 + Math.floor((Number(day.slice(5, 7)) - 1) / 3))

/** Newest first, ending with the quarter of `today`, and `period` if it is none of them. */
export function quartersTo(today: string, many: number, period = ''): string[] {
  const now = index(parseQuarter(quarterOf(today))!)
  const found = Array.from({ length: many }, (_, back) => write(now - back))
  if (parseQuarter(period) && !found.includes(period)) found.push(period)
  return found
}

/** The quarter that ended last. */
export const lastQuarter = (today: string): string =>
  write(index(parseQuarter(quarterOf(today))!) - 1)
