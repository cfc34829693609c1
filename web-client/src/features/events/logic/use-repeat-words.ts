// “Every month on the first Saturday, until 30 June”: a recurrence as one says it.
import { useI18n } from 'vue-i18n'
import type { Recurrence } from '../types'
import { dayText, monthDayText, weekdayName } from './local'
import { repeatOf, type Repeat } from './repeat'

export function useRepeatWords() {
  const { t } = useI18n()

  function pattern(repeat: Repeat, starts: string): string {
    const n = repeat.every
    const many = n > 1 ? 'many' : 'one'
    switch (repeat.kind) {
      case 'once':
        return t('events.repeat.once')
      case 'daily':
        return t(`events.repeat.daily_${many}`, { n })
      case 'weekly':
        return t(`events.repeat.weekly_${many}`, {
          n,
          days: repeat.days.map((day) => weekdayName(day)).join(t('common.list_separator')),
        })
      case 'monthly_week':
        return t(`events.repeat.monthly_week_${many}`, {
          n,
          nth: t(`events.repeat.nth.${repeat.nth === -1 ? 'last' : repeat.nth}`),
          day: weekdayName(repeat.day),
        })
      case 'monthly_day':
        return t(`events.repeat.monthly_day_${many}`, { n, day: Number(starts.slice(8, 10)) })
      case 'yearly':
        return t(`events.repeat.yearly_${many}`, { n, day: monthDayText(starts) })
      case 'other':
        return t('events.repeat.other')
    }
  }
  function words(repeat: Repeat, starts: string): string {
    const said = [pattern(repeat, starts)]
    if (repeat.until) said.push(t('events.repeat.until', { day: dayText(repeat.until) }))
    if (repeat.skip_holidays) said.push(t('events.repeat.no_holidays'))
    return said.join(t('events.repeat.comma'))
  }
  const wordsOf = (recurrence: Recurrence, starts: string) =>
    words(repeatOf(recurrence, starts), starts)
  return { words, wordsOf }
}
