import type { MatchedBy, Result } from './engine/types.ts'

type Says = { key: string; values: Record<string, string> } | null

/** How an answer was found, as a message; nothing where the very name was typed. */
export function matchWords(result: Result, query: string): Says {
  const name = result.matched ?? result.kind.name
  const as = (key: string): Says => ({ key: `sorting.answer.${key}`, values: { name, query } })
  const by: Record<MatchedBy, () => Says> = {
    exact: () => null,
    alias: () => as('by_alias'),
    pinyin: () => as('by_pinyin'),
    typo: () => as('by_typo'),
    part: () => as(result.matched ? 'by_part' : 'by_part_kind'),
  }
  return by[result.matched_by]()
}

/** One step a line: people read it with the thing in their hands. */
export const stepsOf = (prepare: string): string[] =>
  prepare
    .split(/[。；]\s*|[.;]\s+/)
    .map((step) => step.trim().replace(/[.;]$/, ''))
    .filter(Boolean)
    .map((step) => step.charAt(0).toUpperCase() + step.slice(1))

/** Names and sources stand in Chinese in every language. */
export const langOf = (text: string): string | undefined =>
  /[\u3400-\u9fff]/.test(text) ? 'zh-CN' : undefined
