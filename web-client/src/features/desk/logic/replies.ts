// Standard replies: which fit, in which language, and what becomes of words already typed.
import type { FilledReply, Reply } from '../inbox/types'
import type { CaseActionName } from '../types'

export type TextLocale = 'zh' | 'en' | 'ko'

/** A check that failed is told in other words than one that passed. */
export const replyStep = (action: CaseActionName, passed: boolean | null): CaseActionName =>
  action === 'verify' && passed === false ? 'fail_verification' : action

/** The languages a reply is written in. */
export function languagesOf(reply: FilledReply): TextLocale[] {
  const found: TextLocale[] = ['zh']
  if (reply.text_en) found.push('en')
  if (reply.text_ko) found.push('ko')
  return found
}

export function textOf(reply: FilledReply, locale: TextLocale): string {
  if (locale === 'en') return reply.text_en ?? reply.text
  if (locale === 'ko') return reply.text_ko ?? reply.text
  return reply.text
}

/** Typed words are the person's own; a reply that was filled in before and left as it was is not. */
export function wouldOverwrite(typed: string, filledBefore: string[]): boolean {
  const own = typed.trim()
  return own !== '' && filledBefore.every((text) => text.trim() !== own)
}

export const appended = (typed: string, text: string): string => `${typed.trim()}\n${text}`

const HAS_PLACEHOLDER = /\{[^{}]*\}/

/** For many cases at once: only words that are the same for each of them. */
export function forMany(
  replies: Reply[],
  action: CaseActionName,
  categories: string[],
  office: string | null,
): FilledReply[] {
  return replies
    .filter((reply) => !reply.action || reply.action === action)
    .filter((reply) => !reply.office || office === null || reply.office === office)
    .filter((reply) => !reply.category || categories.every((one) => one === reply.category))
    .filter((reply) =>
      [reply.text_zh, reply.text_en, reply.text_ko].every(
        (text) => !HAS_PLACEHOLDER.test(text ?? ''),
      ),
    )
    .map(({ id, title, text_zh, text_en, text_ko }) => ({
      id,
      title,
      text: text_zh,
      text_en,
      text_ko,
    }))
}

/** Puts words where the cursor is; gives the text and where the cursor goes. */
export function inserted(
  text: string,
  word: string,
  start: number,
  end: number,
): { text: string; caret: number } {
  return { text: text.slice(0, start) + word + text.slice(end), caret: start + word.length }
}
