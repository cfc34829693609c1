// What a contractor has done and not handed in yet, as it is kept on the phone.
import { isKnown, toCapture, type Taken } from '@/shared/photos/captures'
import type { UploadedPhoto } from '@/shared/api/types'
import type { Stance, TaskDone, TaskView } from '../types'

export const MAX_PHOTOS = 9

export interface WorkPhoto {
  key: string
  intent: string
  uploaded: UploadedPhoto | null
  /** The server does not take this picture. */
  refused: boolean
  /** Null for one from the album. */
  taken: Taken | null
}

export interface Work {
  view: TaskView | null
  note: string
  away_reason: string
  /** Asked for by the server. */
  away_asked: boolean
  /** Handed in without positions, after the server would not take them. */
  without_place: boolean
  before: WorkPhoto[]
  after: WorkPhoto[]
  stance: Stance | null
  opinion: string
  /** Handed in by the person; goes out as soon as there is a signal. */
  waiting: boolean
  /** What went last and under which key: the same again is a retry. */
  sent: { text: string; intent: string }
}

export const emptyWork = (): Work => ({
  view: null,
  note: '',
  away_reason: '',
  away_asked: false,
  without_place: false,
  before: [],
  after: [],
  stance: null,
  opinion: '',
  waiting: false,
  sent: { text: '', intent: '' },
})

/** What an older version of this page kept may lack something. */
export function reviveWork(stored: unknown): Work {
  if (typeof stored !== 'object' || stored === null) return emptyWork()
  const work = { ...emptyWork(), ...(stored as Partial<Work>) }
  for (const photo of [...work.before, ...work.after]) {
    // The page was closed while the phone was still looking for its place.
    if (photo.taken?.state === 'locating') photo.taken.state = 'unavailable'
  }
  return work
}

export type Fault = 'after' | 'note' | 'away_reason' | 'locating'

export function faultsOf(work: Work): Fault[] {
  const faults: Fault[] = []
  if (work.after.filter(({ refused }) => !refused).length === 0) faults.push('after')
  if (work.note.trim() === '') faults.push('note')
  if (work.away_asked && work.away_reason.trim() === '') faults.push('away_reason')
  return faults
}

const ids = (photos: WorkPhoto[]) =>
  photos.flatMap(({ uploaded }) => (uploaded ? [uploaded.id] : []))

/** Once the photos are up. */
export function bodyOf(work: Work): TaskDone {
  const captures = work.after.flatMap(({ uploaded, taken }) =>
    uploaded && taken && isKnown(taken) ? [toCapture(uploaded.id, taken)] : [],
  )
  return {
    note: work.note.trim(),
    before_photo_ids: ids(work.before),
    after_photo_ids: ids(work.after),
    ...(work.without_place ? {} : { captures }),
    ...(work.away_asked && work.away_reason.trim() !== ''
      ? { away_reason: work.away_reason.trim() }
      : {}),
  }
}

/** The form after the work was taken; the task itself stays. */
export const afterHandingIn = (view: TaskView): Work => ({ ...emptyWork(), view })

export const hasWork = (work: Work): boolean => work.before.length + work.after.length > 0
