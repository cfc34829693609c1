import { currentLocale, LANG_TAGS } from '@/shared/i18n'

/** The district's clock, whatever the phone is set to: a deadline is read in one time only. */
const TIME_ZONE = 'Asia/Shanghai'

function format(iso: string, options: Intl.DateTimeFormatOptions): string {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return ''
  return new Intl.DateTimeFormat(LANG_TAGS[currentLocale()], {
    timeZone: TIME_ZONE,
    ...options,
  }).format(date)
}

/** The year is said only where it is not this one: lines on a phone are short. */
const year = (iso: string): Intl.DateTimeFormatOptions =>
  new Date(iso).getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' }

export const formatDate = (iso: string) =>
  format(iso, { ...year(iso), month: 'short', day: 'numeric' })

export const formatDateTime = (iso: string) =>
  format(iso, {
    ...year(iso),
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    // Not `hour12: false`: older engines then write midnight as 24:00.
    hourCycle: 'h23',
  })

/** 482719356 → 482-719-356 */
export function groupCode(code: string): string {
  return code.replace(/(\d{3})(?=\d)/g, '$1-')
}
