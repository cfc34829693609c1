import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router'
import { useSession } from '@/shared/store/session'

export async function requireCrew(to: RouteLocationNormalized): Promise<true | RouteLocationRaw> {
  const session = useSession()
  try {
    const me = session.me ?? (await session.refresh())
    if (me && me.role !== 'resident') return true
  } catch {
    // No signal: what the phone keeps is shown.
    return true
  }
  return { name: 'desk-login', query: { next: to.fullPath } }
}
