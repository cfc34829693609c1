import { api, type RequestOptions } from '@/shared/api/client'
import { ApiError } from '@/shared/api/errors'
import { useSession } from '@/shared/store/session'
import type { ActionBody, ActionName, CaseView, Counts, StaffInput, StaffMember } from '../types'

/** A session that ended is noticed at any call; the frame then leads to the sign-in page. */
export async function watched<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) useSession().me = null
    throw error
  }
}

export const readCounts = () => watched(api.get<Counts>('/desk/counts'))

export const readCase = (code: string) => watched(api.get<CaseView>(`/desk/cases/${code}`))

export const act = (
  code: string,
  action: ActionName,
  body: ActionBody,
  options: Pick<RequestOptions, 'intent'>,
) => watched(api.post<CaseView>(`/desk/cases/${code}/${action.replace('_', '-')}`, body, options))

export const listColleagues = (office: string | null) =>
  watched(api.get<{ items: StaffMember[] }>('/desk/staff', { query: { office } }))

export const listStaff = () => watched(api.get<{ items: StaffMember[] }>('/desk/staff'))

export const addStaff = (input: StaffInput, intent: string) =>
  watched(api.post<StaffMember>('/desk/staff', input, { intent }))

export const changeStaff = (id: string, input: StaffInput) =>
  watched(api.patch<StaffMember>(`/desk/staff/${id}`, input))

export const changePassword = (current: string, fresh: string) =>
  api.post<void>('/desk/password', { current, new: fresh })

export const readDigest = () => watched(api.get<{ wanted: boolean }>('/me/digest'))

/** The letter comes in the language that this is asked in. */
export const setDigest = (wanted: boolean) =>
  watched(api.put<{ wanted: boolean }>('/me/digest', { wanted }))
