import { describe, expect, it } from 'vitest'
import { stepFor, toShare } from './before-after'

describe('the line between before and after', () => {
  it('follows the finger and stays inside', () => {
    expect(toShare(150, 100, 200)).toBe(25)
    expect(toShare(20, 100, 200)).toBe(0)
    expect(toShare(900, 100, 200)).toBe(100)
    expect(toShare(10, 0, 0)).toBe(50)
  })

  it('moves by the keys of a slider only', () => {
    expect(stepFor('ArrowLeft', 50)).toBe(45)
    expect(stepFor('ArrowRight', 98)).toBe(100)
    expect(stepFor('Home', 50)).toBe(0)
    expect(stepFor('End', 50)).toBe(100)
    expect(stepFor('Tab', 50)).toBeNull()
  })
})
