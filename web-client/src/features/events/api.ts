import { api } from '@/shared/api/client'
import type { ModerationRuling, Page } from '@/shared/api/types'
import type {
  BookStall,
  ChangeEvent,
  ChangeOrganisation,
  EventCatalogue,
  EventCounts,
  EventList,
  EventNotice,
  EventView,
  Figures,
  Invitation,
  MadeEvent,
  MadeInvitation,
  MadeStallBooking,
  Member,
  NewEvent,
  NewOrganisation,
  Organisation,
  OrganisationRole,
  OrganisationState,
  PublishedEvent,
  StallBooking,
  StallPlan,
  Stalls,
} from './types'

export const readCatalogue = () => api.get<EventCatalogue>('/events/catalogue')

export const listEvents = (query: { from?: string; to?: string } = {}) =>
  api.get<EventList>('/events', { query })
export const readEvent = (id: string) => api.get<EventView>(`/events/${id}`)
export const readCounts = (id: string, occurrence?: string) =>
  api.get<EventCounts>(`/events/${id}/counts`, { query: { occurrence } })
export const makeEvent = (organisation: string, body: NewEvent, intent: string) =>
  api.post<MadeEvent>(`/organisations/${organisation}/events`, body, { intent })
export const changeEvent = (id: string, body: ChangeEvent) =>
  api.patch<PublishedEvent>(`/events/${id}`, body)
export const publishEvent = (id: string) => api.post<PublishedEvent>(`/events/${id}/publish`)
export const postponeEvent = (
  id: string,
  body: { occurrence?: string; to: string; note?: string },
) => api.post<PublishedEvent>(`/events/${id}/postpone`, body)
export const cancelEvent = (id: string, body: { occurrence?: string; note?: string }) =>
  api.post<unknown>(`/events/${id}/cancel`, body)
export const followEvent = (id: string) => api.post<undefined>(`/events/${id}/follow`)
export const unfollowEvent = (id: string) => api.delete<undefined>(`/events/${id}/follow`)

export const makeFeed = () => api.post<{ url: string }>('/me/event-feed')
export const dropFeed = () => api.delete<undefined>('/me/event-feed')
export const eventNotices = () => api.get<EventNotice[]>('/me/event-notices')
export const askForNotice = (body: { township?: string; kind?: string }, intent: string) =>
  api.post<EventNotice>('/me/event-notices', body, { intent })
export const dropNotice = (id: string) => api.delete<undefined>(`/me/event-notices/${id}`)

export const listOrganisations = (query: {
  township?: string
  kind?: string
  cursor?: string | null
}) => api.get<Page<Organisation>>('/organisations', { query })
export const readOrganisation = (id: string) => api.get<Organisation>(`/organisations/${id}`)
export const organisationEvents = (id: string) =>
  api.get<EventView[]>(`/organisations/${id}/events`)
export const districtFigures = () => api.get<{ total: Figures }>('/events/figures')
export const ownOrganisations = () => api.get<Organisation[]>('/me/organisations')
export const applyOrganisation = (body: NewOrganisation, intent: string) =>
  api.post<{ id: string; state: OrganisationState; moderation: ModerationRuling }>(
    '/organisations',
    body,
    { intent },
  )
export const changeOrganisation = (id: string, body: ChangeOrganisation) =>
  api.patch<{ moderation?: ModerationRuling | null }>(`/organisations/${id}`, body)
export const members = (id: string) => api.get<Member[]>(`/organisations/${id}/members`)
export const changeRole = (id: string, account: string, role: OrganisationRole) =>
  api.put<undefined>(`/organisations/${id}/members/${account}`, { role })
export const removeMember = (id: string, account: string) =>
  api.delete<undefined>(`/organisations/${id}/members/${account}`)
export const invitations = (id: string) => api.get<Invitation[]>(`/organisations/${id}/invitations`)
export const invite = (
  id: string,
  body: { role: OrganisationRole; uses?: number },
  intent: string,
) => api.post<MadeInvitation>(`/organisations/${id}/invitations`, body, { intent })
export const revokeInvitation = (id: string, invitation: string) =>
  api.delete<undefined>(`/organisations/${id}/invitations/${invitation}`)
export const joinOrganisation = (token: string) =>
  api.post<{ organisation: string; role: OrganisationRole }>('/organisations/join', { token })
export const deskOrganisations = (
  state: OrganisationState | undefined,
  cursor: string | null,
  limit?: number,
) => api.get<Page<Organisation>>('/desk/organisations', { query: { state, cursor, limit } })
export const decideOrganisation = (
  id: string,
  body: { approve: boolean; note?: string; version: number },
) => api.post<undefined>(`/desk/organisations/${id}/decide`, body)

export const readStalls = (id: string, occurrence?: string) =>
  api.get<Stalls>(`/events/${id}/stalls`, { query: { occurrence } })
export const drawStalls = (id: string, plan: StallPlan) =>
  api.put<undefined>(`/events/${id}/stalls`, plan)
export const bookStall = (id: string, body: BookStall, intent: string) =>
  api.post<MadeStallBooking>(`/events/${id}/stall-bookings`, body, { intent })
export const eventBookings = (id: string, occurrence?: string) =>
  api.get<StallBooking[]>(`/events/${id}/stall-bookings`, { query: { occurrence } })
export const ownBookings = () => api.get<StallBooking[]>('/me/stall-bookings')
export const readBooking = (id: string) => api.get<StallBooking>(`/stall-bookings/${id}`)
export const confirmBooking = (id: string) =>
  api.post<StallBooking>(`/stall-bookings/${id}/confirm`)
export const cancelBooking = (id: string) => api.post<StallBooking>(`/stall-bookings/${id}/cancel`)
export const moveBooking = (id: string, stall: string) =>
  api.post<StallBooking>(`/stall-bookings/${id}/move`, { stall })
