import { describe, expect, it } from 'vitest'
import { parseHolder, tidyHolder } from './holder'
import { looksWhole, parseIsbn } from './isbn'
import { isShortLabel, passHash, readScan, shortLabel } from './scan'

describe('an ISBN', () => {
  it('gives thirteen digits however it is written', () => {
    expect(parseIsbn('978-7-02-000220-7')).toBe('9787020002207')
    expect(parseIsbn('7-02-000220-X')).toBe('9787020002207')
    expect(parseIsbn('0306406152')).toBe('9780306406157')
    expect(parseIsbn('０-８０４４-２９５７-X')).toBe('9780804429573')
  })

  it('shows every single wrong digit', () => {
    for (let at = 0; at < 13; at += 1)
      for (let wrong = 0; wrong <= 9; wrong += 1) {
        const typed = Array.from('9780306406157')
        if (typed[at] === String(wrong)) continue
        typed[at] = String(wrong)
        expect(parseIsbn(typed.join(''))).toBeNull()
      }
  })

  it.each(['', '123', 'X306406152', '97803064061570', '9770306406157', 'call me'])(
    '%j is none',
    (text) => expect(parseIsbn(text)).toBeNull(),
  )

  it('is only called wrong when it is whole', () => {
    expect(looksWhole('978-7-02')).toBe(false)
    expect(looksWhole('702000220X')).toBe(true)
    expect(looksWhole('9787020002200')).toBe(true)
  })
})

describe('who holds credits', () => {
  it.each(['3年2班', '三年级2班', '高一（3）班', '大班', '2023级1班', 'A017', 'Z1', '六年甲班'])(
    '%s is a class or a card',
    (text) => expect(parseHolder(text)).toBe(text),
  )

  it('is tidied', () => {
    expect(parseHolder(' ３年２班 ')).toBe('3年2班')
    expect(tidyHolder(' a017 ')).toBe('A017')
  })

  it.each([
    '',
    '王小明',
    '3年2班王小明',
    '小明',
    '13812345678',
    '20230115',
    '20230班',
    'Tom',
    'A01712',
    '李班',
    '王老师',
    '3年2班13812345678',
    'pool',
    '班班班班班班班班班班班班班班班班班',
  ])('%j is a name or a number and never kept', (text) => expect(parseHolder(text)).toBeNull())
})

describe('a scan', () => {
  const book = '019ab3c4-1111-7222-8333-44445555ffff'
  it.each([
    [`https://wufei.cn/b/${book}`, { is: 'label', book }],
    ['https://wufei.cn/stall-pass/abcDEF_-123', { is: 'pass', pass: 'abcDEF_-123' }],
    ['9787020002207', { is: 'isbn', isbn: '9787020002207' }],
    ['9787020002208', null],
    ['6901234567892', null],
    ['https://elsewhere.cn/x', null],
  ])('%s is read', (text, read) => expect(readScan(text)).toEqual(read))

  it('has a short name that can be typed', () => {
    expect(shortLabel(book)).toBe('5555FFFF')
    expect(isShortLabel('5555ffff')).toBe(true)
    expect(isShortLabel('小王子')).toBe(false)
  })

  it('compares a pass by its hash', async () => {
    expect(await passHash('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })
})
