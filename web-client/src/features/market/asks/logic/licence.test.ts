import { describe, expect, it } from 'vitest'
import { faultOf, tidyCode } from './licence'

const CHARACTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const withCheck = (body: string) =>
  Array.from(CHARACTERS, (char) => body + char).find((code) => faultOf(code) === null)!

describe('the credit code of a business', () => {
  it('of a real licence is right', () => {
    // Alibaba (China) and Huawei, from their published licences.
    expect(faultOf('91330100799655058B')).toBeNull()
    expect(faultOf('914403001922038216')).toBeNull()
  })

  it('is read whatever way it was typed', () => {
    expect(tidyCode(' ９１３３ 0100-7996 5505 8b ')).toBe('91330100799655058B')
  })

  it('with any one wrong character is found', () => {
    const code = withCheck('91220605MA0Y3K2X1')
    for (let at = 0; at < code.length; at += 1) {
      for (const other of CHARACTERS) {
        if (other === code[at]) continue
        expect(faultOf(code.slice(0, at) + other + code.slice(at + 1))).not.toBeNull()
      }
    }
  })

  it('tells apart what is wrong', () => {
    expect(faultOf('9122')).toBe('length')
    expect(faultOf('91220605MA0Y3K2XI2')).toBe('character')
    expect(faultOf('91ABCD05MA0Y3K2X11')).toBe('character')
    expect(faultOf('914403001922038217')).toBe('check')
  })
})
