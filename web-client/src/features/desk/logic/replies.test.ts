import { describe, expect, it } from 'vitest'
import type { Reply } from '../inbox/types'
import {
  appended,
  forMany,
  inserted,
  languagesOf,
  replyStep,
  textOf,
  wouldOverwrite,
} from './replies'

const reply = (part: Partial<Reply>): Reply => ({
  id: '1',
  office: null,
  category: null,
  action: null,
  title: '标题',
  text_zh: '已清理。',
  text_en: null,
  text_ko: null,
  position: 0,
  version: 1,
  editable: true,
  ...part,
})

describe('a standard reply', () => {
  const filled = { id: '1', title: 't', text: '中', text_en: 'en', text_ko: null }

  it('comes in the languages it is written in', () => {
    expect(languagesOf(filled)).toEqual(['zh', 'en'])
    expect([textOf(filled, 'en'), textOf(filled, 'ko')]).toEqual(['en', '中'])
  })
  it('asks before it takes the place of typed words, and of nothing else', () => {
    expect(wouldOverwrite('  ', [])).toBe(false)
    expect(wouldOverwrite('已清理。', ['已清理。'])).toBe(false)
    expect(wouldOverwrite('已清理。明天再来', ['已清理。'])).toBe(true)
    expect(appended('我写的 ', '已清理。')).toBe('我写的\n已清理。')
  })
  it('goes to many cases only where it says the same for each', () => {
    const fits = (
      part: Partial<Reply>,
      categories = ['a', 'a'],
      office: string | null = 'housing',
    ) => forMany([reply(part)], 'note', categories, office).length === 1
    expect(fits({})).toBe(true)
    expect(fits({ text_zh: '案件{编号}已清理' })).toBe(false)
    expect(fits({ text_en: '{code} is done' })).toBe(false)
    expect(fits({ action: 'close' })).toBe(false)
    expect(fits({ category: 'a' })).toBe(true)
    expect(fits({ category: 'a' }, ['a', 'b'])).toBe(false)
    expect(fits({ office: 'commerce' })).toBe(false)
    expect(fits({ office: 'commerce' }, ['a'], null)).toBe(true)
  })
  it('takes a placeholder where the cursor is', () => {
    expect(inserted('案件', '{编号}', 2, 2)).toEqual({ text: '案件{编号}', caret: 6 })
    expect(inserted('abcd', '{x}', 1, 3)).toEqual({ text: 'a{x}d', caret: 4 })
  })
})

describe('the step that words go with', () => {
  it('is the check itself, or that it failed', () => {
    expect(replyStep('verify', null)).toBe('verify')
    expect(replyStep('verify', true)).toBe('verify')
    expect(replyStep('verify', false)).toBe('fail_verification')
    expect(replyStep('close', false)).toBe('close')
  })
})
