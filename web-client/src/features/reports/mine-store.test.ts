import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ReportView } from '@/shared/api/types'
import { useMine } from './mine-store'

const view = (change: Partial<ReportView> = {}): ReportView => ({
  id: '01930000-0000-7000-8000-000000000001',
  code: '482719356',
  category: { id: 'construction', name: '建筑垃圾', icon: '🧱' },
  status: 'dispatched',
  status_text: '已派遣',
  urgent: false,
  private: false,
  description: '两车渣土',
  location: { lng: 126.6, lat: 42 },
  location_approximate: false,
  photos: [],
  lead: { id: 'housing', name: '住建局' },
  assisting: [],
  reasons: [],
  clause: '',
  created_at: '2026-11-24T04:00:00Z',
  overdue: false,
  reporters: 1,
  history: [],
  ...change,
})
const own = (role: 'reporter' | 'follower'): ReportView['own'] => ({
  role,
  can_add_photos: true,
  can_withdraw: role === 'reporter',
  can_dispute: false,
  can_feedback: false,
})

describe('the reports kept on this phone', () => {
  beforeEach(() => setActivePinia(createPinia()))

  it('come back in the next visit', async () => {
    await useMine().keep(view({ own: own('reporter') }), 'secret-1')
    setActivePinia(createPinia())
    const mine = useMine()
    await mine.load()
    expect(mine.get('482719356')).toMatchObject({ secret: 'secret-1', role: 'reporter' })
    await mine.remove('482719356')
    expect(mine.entries).toEqual([])
  })

  it('keep the reporter’s secret when the reporter joins the same case', async () => {
    const mine = useMine()
    await mine.keep(view({ own: own('reporter') }), 'reporter-secret')
    await mine.keep(view({ own: own('follower') }), 'follower-secret')
    expect(mine.get('482719356')).toMatchObject({ secret: 'reporter-secret', role: 'reporter' })
  })

  it('take over the reporter’s secret from a link where only a follower’s was known', async () => {
    const mine = useMine()
    await mine.remove('482719356')
    await mine.keep(view({ own: own('follower') }), 'follower-secret')
    await mine.keep(view({ own: own('reporter') }), 'reporter-secret')
    expect(mine.get('482719356')).toMatchObject({ secret: 'reporter-secret', role: 'reporter' })
  })

  it('are marked as changed until the resident has looked', async () => {
    const mine = useMine()
    await mine.keep(view({ own: own('reporter') }), 's')
    await mine.update(view({ status: 'accepted', status_text: '处置中' }), false)
    expect(mine.get('482719356')?.changed).toBe(true)
    await mine.update(view({ status: 'accepted', status_text: '处置中' }), true)
    expect(mine.get('482719356')?.changed).toBe(false)
  })
})
