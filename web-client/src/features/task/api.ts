import { api } from '@/shared/api/client'
import type { Stance, TaskDone, TaskView } from './types'

const at = (token: string) => `/case-links/${encodeURIComponent(token)}`

export const readTask = (token: string) => api.get<TaskView>(at(token))

export const handIn = (token: string, body: TaskDone, intent: string) =>
  api.post<TaskView>(`${at(token)}/done`, body, { intent })

export const giveOpinion = (token: string, stance: Stance, opinion: string) =>
  api.post<TaskView>(`${at(token)}/opinion`, { stance, opinion })
