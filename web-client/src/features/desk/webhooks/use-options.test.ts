import { describe, expect, it } from 'vitest'
import { choicesOf } from './use-options'

describe('what a webhook is about', () => {
  const options = {
    events: [{ id: 'report.closed', name: '结案' }],
    categories: [{ id: 'construction', name: '建筑和装修垃圾' }],
    townships: [{ id: '220605002', name: '江源街道' }],
    offices: [],
  }

  it('is told in words, and nothing chosen is everything', () => {
    const hook = {
      events: ['report.closed' as const],
      categories: ['construction', 'gone'],
      townships: [],
      offices: [],
    }
    expect(choicesOf(hook, options)).toEqual([
      { by: 'events', names: ['结案'] },
      { by: 'categories', names: ['建筑和装修垃圾', 'gone'] },
      { by: 'townships', names: [] },
      { by: 'offices', names: [] },
    ])
  })
})
