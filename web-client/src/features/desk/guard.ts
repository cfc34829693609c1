import type { RouteLocationNormalized, RouteLocationRaw } from 'vue-router'
import { useSession } from '@/shared/store/session'
import { isPlanner, isStaff } from './logic/roles'

type Answer = true | RouteLocationRaw

export async function requireStaff(to: RouteLocationNormalized): Promise<Answer> {
  const session = useSession()
  try {
    const me = session.me === undefined ? await session.refresh() : session.me
    if (me && isStaff(me.role)) return true
  } catch {
    // No network: the sign-in page says so and tries again there.
  }
  return { name: 'desk-login', query: { next: to.fullPath } }
}

export function requireAdministrator(): Answer {
  return useSession().me?.role === 'administrator' ? true : { name: 'desk-inbox' }
}

export function requireEditor(): Answer {
  const role = useSession().me?.role
  return role === 'editor' || role === 'administrator' ? true : { name: 'desk-inbox' }
}

export function requireModerator(): Answer {
  const role = useSession().me?.role
  return role === 'moderator' || role === 'administrator' ? true : { name: 'desk-inbox' }
}

/** Those who plan for an office or between offices, and those who look on. */
export function requirePlanner(): Answer {
  return isPlanner(useSession().me?.role) ? true : { name: 'desk-inbox' }
}
