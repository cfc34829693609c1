import { api } from '@/shared/api/client'
import type { SimilarReport, Status } from '@/shared/api/types'
import type { Draft } from './draft'

/** Short: asking must never stand between a resident on a bad network and sending. */
const OVER: Status[] = ['closed', 'rejected', 'merged']
const TIMEOUT_MS = 4_000

export async function findSimilar(draft: Draft): Promise<SimilarReport[]> {
  const ids = draft.photos.flatMap((photo) => (photo.uploaded ? [photo.uploaded.id] : []))
  if (draft.place === null && ids.length === 0) return []
  try {
    const { items } = await api.get<{ items: SimilarReport[] }>('/reports/similar', {
      query: {
        category: draft.category,
        lng: draft.place?.lng,
        lat: draft.place?.lat,
        datum: draft.place ? 'wgs84' : undefined,
        photo_ids: ids.join(','),
      },
      timeoutMs: TIMEOUT_MS,
    })
    // A case that is over takes nobody in: if the waste is back, it is a new report.
    return items.filter(({ status }) => !OVER.includes(status))
  } catch {
    return []
  }
}
