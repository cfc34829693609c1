import type { District, Named } from '@/shared/api/types'

export interface Offices {
  departments: Named[]
  townships: Named[]
}

/** A township is an office as well; the district lists it among its places only. */
export const townshipOffice = (code: string) => `township-${code}`

export function officesOf(district: District | null): Offices {
  if (!district) return { departments: [], townships: [] }
  const townships = district.townships.map(({ code, name }) => ({
    id: townshipOffice(code),
    name,
  }))
  const ids = new Set(townships.map((office) => office.id))
  return { departments: district.offices.filter((office) => !ids.has(office.id)), townships }
}
