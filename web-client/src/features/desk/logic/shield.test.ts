import { expect, test } from 'vitest'
import { regionBetween, styleOf, wantsALook } from './shield'

test('two corners make a region whichever way they were drawn, and never beyond the picture', () => {
  const expected = { x: 160, y: 120, width: 320, height: 240, kind: 'manual' }
  expect(regionBetween({ x: 0.1, y: 0.1 }, { x: 0.3, y: 0.3 }, 1600, 1200)).toEqual(expected)
  expect(regionBetween({ x: 0.3, y: 0.3 }, { x: 0.1, y: 0.1 }, 1600, 1200)).toEqual(expected)
  expect(regionBetween({ x: -1, y: 0.5 }, { x: 2, y: 3 }, 100, 100)).toEqual({
    x: 0,
    y: 50,
    width: 100,
    height: 50,
    kind: 'manual',
  })
  expect(regionBetween({ x: 0.5, y: 0.5 }, { x: 0.501, y: 0.6 }, 1600, 1200)).toBeNull()
})

test('a region is drawn where it lies', () => {
  const region = { x: 160, y: 0, width: 800, height: 600, kind: 'face_unsure' } as const
  expect(styleOf(region, 1600, 1200)).toEqual({
    left: '10%',
    top: '0%',
    width: '50%',
    height: '50%',
  })
  expect(wantsALook([region])).toBe(true)
  expect(wantsALook([])).toBe(false)
})
