import { api } from '@/shared/api/client'
import { watched } from '../api/desk'
import type { CaseView } from '../types'
import type { MadeLink, MakeLink } from './types'

const at = (code: string, path: string) => `/desk/cases/${code}/${path}`

/** Every step of several parties answers with the case as it then is. */
export const step = (code: string, path: string, body: unknown, intent: string) =>
  watched(api.post<CaseView>(at(code, path), body, { intent }))

export const makeLink = (code: string, body: MakeLink, intent: string) =>
  watched(api.post<MadeLink>(at(code, 'links'), body, { intent }))
