import { describe, expect, it } from 'vitest'
import { countDigits, normaliseCode, parseReportLink, secretFromHash } from './code'

describe('normaliseCode', () => {
  it.each([
    '482719356',
    '482-719-356',
    ' 482 719 356 ',
    '４８２７１９３５６',
    '482－719—356',
    '482　719　356',
    '四八二七一九三五六',
    '482.719.356',
  ])('reads %s', (text) => {
    expect(normaliseCode(text)).toBe('482719356')
  })

  it('takes the letters that people hear as digits', () => {
    expect(normaliseCode('48O-7l9-356')).toBe('480719356')
    expect(normaliseCode('幺八零两三四五六七')).toBe('180234567')
  })

  it.each(['', '48271935', '4827193567', 'abcdefghi', '482719-35x'])('refuses "%s"', (text) => {
    expect(normaliseCode(text)).toBeNull()
  })

  it('counts what has been typed so far', () => {
    expect(countDigits('482-71')).toBe(5)
    expect(countDigits('４８')).toBe(2)
  })
})

describe('parseReportLink', () => {
  it('reads a full link with the secret in its fragment', () => {
    expect(parseReportLink('看看 https://wufei.example/r/482719356#s=ab_C-1234567 谢谢')).toEqual({
      code: '482719356',
      secret: 'ab_C-1234567',
    })
  })
  it('reads a public link and a bare code', () => {
    expect(parseReportLink('/r/482719356')).toEqual({ code: '482719356', secret: null })
    expect(parseReportLink('482 719 356')).toEqual({ code: '482719356', secret: null })
    expect(parseReportLink('你好')).toBeNull()
  })
  it('takes only a whole, plausible secret from a fragment', () => {
    expect(secretFromHash('#s=abcdefgh12')).toBe('abcdefgh12')
    expect(secretFromHash('#timeline')).toBeNull()
    expect(secretFromHash('#s=')).toBeNull()
  })
})
