// A book as it comes in: what is filled in, and what is still missing.
import { parseHolder, tidyHolder } from './holder'
import { parseIsbn } from './isbn'
import type { Action, EventCatalogue } from '../types'

export interface BringForm {
  /** From a label that was printed before; else this device makes one. */
  book: string
  isbn: string
  title: string
  author: string
  condition: string
  format: string
  holder: string
}

export const emptyForm = (catalogue: EventCatalogue | null, holder = ''): BringForm => ({
  book: '',
  isbn: '',
  title: '',
  author: '',
  condition: catalogue?.conditions[0]?.id ?? '',
  // The one in the middle is what most books are.
  format: catalogue?.formats[Math.floor((catalogue.formats.length - 1) / 2)]?.id ?? '',
  holder,
})

export type Fault = 'title' | 'holder'

export function faultsOf(form: BringForm): Fault[] {
  const faults: Fault[] = []
  // A number alone will do: who has a signal may know the title.
  if (form.title.trim() === '' && form.isbn === '') faults.push('title')
  if (form.holder.trim() !== '' && parseHolder(tidyHolder(form.holder)) === null)
    faults.push('holder')
  return faults
}

export function toAction(form: BringForm, book: string): Extract<Action, { kind: 'bring' }> {
  const text = (value: string) => value.trim() || undefined
  return {
    kind: 'bring',
    book,
    isbn: parseIsbn(form.isbn) ?? undefined,
    title: text(form.title),
    author: text(form.author),
    condition: form.condition,
    format: text(form.format),
    holder: parseHolder(tidyHolder(form.holder)) ?? undefined,
  }
}
