import type { StaffMember, StaffRole } from '../types'

export interface StaffFilter {
  text: string
  office: string
  role: StaffRole | ''
}

/** Those at work first, then by office and name, so that colleagues stand together. */
export function matchStaff(people: StaffMember[], filter: StaffFilter): StaffMember[] {
  const wanted = filter.text.trim().toLowerCase()
  return people
    .filter(
      (one) =>
        (wanted === '' ||
          `${one.name} ${one.username} ${one.email ?? ''}`.toLowerCase().indexOf(wanted) >= 0) &&
        (filter.office === '' || one.office?.id === filter.office) &&
        (filter.role === '' || one.role === filter.role),
    )
    .sort(
      (a, b) =>
        Number(a.disabled) - Number(b.disabled) ||
        (a.office?.name ?? '').localeCompare(b.office?.name ?? '', 'zh-CN') ||
        a.name.localeCompare(b.name, 'zh-CN'),
    )
}
