// The day as this device sees it: what the server knew last, and on top of it what was done here
// and is not in there yet. `decide` in `api/src/events/swap/mod.rs` has the last word.
import type {
  Action,
  BookPlace,
  Counts,
  DayStall,
  EventCatalogue,
  Snapshot,
  SwapBook,
  Title,
} from '../types'
import { isWaiting, type Queued } from './queue'

export interface Day {
  books: Map<string, SwapBook>
  balances: Map<string, number>
  titles: Map<string, Title>
  stalls: DayStall[]
  counts: Counts
}

/** The books of a later snapshot replace those of an earlier one; the rest comes whole. */
export function mergeSnapshot(before: Snapshot | null, fresh: Snapshot): Snapshot {
  if (!before) return fresh
  const books = new Map(before.books.map((book) => [book.id, book]))
  for (const book of fresh.books) books.set(book.id, book)
  return { ...fresh, books: Array.from(books.values()) }
}

const AT_HAND: BookPlace[] = ['desk', 'shelf']
export const isAtHand = (book: SwapBook): boolean => AT_HAND.includes(book.place)
export const canBeTaken = (book: SwapBook): boolean => isAtHand(book) || book.place === 'leftover'

/** Still to be shown on top of the snapshot. */
const isOnTop = (each: Queued): boolean =>
  isWaiting(each) || (!each.settled && each.answer?.result === 'applied')

export function viewOf(snapshot: Snapshot, catalogue: EventCatalogue | null, ops: Queued[]): Day {
  const day: Day = {
    books: new Map(snapshot.books.map((book) => [book.id, book])),
    balances: new Map(snapshot.balances.map(({ holder, credits }) => [holder, credits])),
    titles: new Map(snapshot.titles.map((title) => [title.isbn, title])),
    stalls: snapshot.stalls,
    counts: { ...snapshot.counts },
  }
  for (const each of ops.filter(isOnTop).sort((a, b) => a.op.seq - b.op.seq))
    apply(day, each.op, snapshot, catalogue)
  return day
}

function pay(day: Day, holder: string | null | undefined, credits: number): void {
  if (!holder || credits === 0) return
  day.balances.set(holder, (day.balances.get(holder) ?? 0) + credits)
}

const creditsOf = (catalogue: EventCatalogue | null, condition: string): number =>
  catalogue?.conditions.find(({ id }) => id === condition)?.value ?? 0

function apply(
  day: Day,
  action: Action,
  snapshot: Snapshot,
  catalogue: EventCatalogue | null,
): void {
  const { counts } = day
  switch (action.kind) {
    case 'bring':
      bring(day, action, catalogue)
      break
    case 'people':
      counts.people += action.count
      break
    case 'things':
      counts.things += action.count
      counts.kg += (action.grams ?? 0) / 1000
      break
    case 'check_in':
      setStall(day, action.booking, 'attended')
      break
    case 'no_show':
      setStall(day, action.booking, 'no_show')
      break
    case 'leave_rest':
      for (const book of Array.from(day.books.values()))
        if (isAtHand(book)) leave(day, book, action.place || snapshot.leftover_place)
      break
    default:
      change(day, action, snapshot, catalogue)
  }
}

function bring(
  day: Day,
  action: Extract<Action, { kind: 'bring' }>,
  catalogue: EventCatalogue | null,
): void {
  if (day.books.has(action.book)) return
  const known = action.isbn ? day.titles.get(action.isbn) : undefined
  const title = action.title || known?.title || ''
  day.books.set(action.book, {
    id: action.book,
    isbn: action.isbn,
    title,
    author: action.author || known?.author || '',
    condition: action.condition,
    grams: action.grams ?? catalogue?.formats.find(({ id }) => id === action.format)?.value ?? 0,
    place: 'desk',
    place_name: null,
    brought_by: action.holder,
    reserved_for: null,
    photo_url: null,
  })
  if (action.isbn && title && !known)
    day.titles.set(action.isbn, { isbn: action.isbn, title, author: action.author ?? '' })
  pay(day, action.holder, creditsOf(catalogue, action.condition))
  day.counts.books_in += 1
  day.counts.at_hand += 1
}

function setStall(day: Day, booking: string | null | undefined, status: 'attended' | 'no_show') {
  const stall = day.stalls.find((each) => each.booking === booking)
  const may = status === 'attended' ? ['booked', 'no_show'] : ['booked']
  if (!stall || !may.includes(stall.status)) return
  const { counts } = day
  if (stall.status === 'no_show') counts.stalls_no_show -= 1
  else counts.stalls_booked -= 1
  if (status === 'attended') {
    counts.stalls_attended += 1
    counts.people += 1
  } else counts.stalls_no_show += 1
  day.stalls = day.stalls.map((each) => (each.booking === booking ? { ...each, status } : each))
}

function leave(day: Day, book: SwapBook, place: string): void {
  day.books.set(book.id, { ...book, place: 'leftover', place_name: place, reserved_for: null })
  day.counts.at_hand -= 1
}

type OnBook = Exclude<
  Action,
  { kind: 'bring' | 'people' | 'things' | 'check_in' | 'no_show' | 'leave_rest' }
>

function change(
  day: Day,
  action: OnBook,
  snapshot: Snapshot,
  catalogue: EventCatalogue | null,
): void {
  const book = day.books.get(action.book)
  if (!book) return
  const { counts } = day
  const put = (changes: Partial<SwapBook>) => day.books.set(book.id, { ...book, ...changes })
  switch (action.kind) {
    case 'shelve':
      if (book.place === 'desk') put({ place: 'shelf' })
      break
    case 'take':
      if (!canBeTaken(book)) return
      if (isAtHand(book)) counts.at_hand -= 1
      counts.books_out += 1
      counts.kg += book.grams / 1000
      put({ place: 'taken', place_name: action.holder, reserved_for: null })
      pay(day, action.holder, -snapshot.take)
      break
    case 'return':
      if (isAtHand(book)) return
      counts.at_hand += 1
      put({ place: 'shelf', place_name: null })
      if (book.place === 'taken') {
        counts.books_out -= 1
        counts.kg -= book.grams / 1000
        pay(day, book.place_name, snapshot.take)
      } else if (book.place === 'withdrawn') {
        counts.withdrawn -= 1
        pay(day, book.brought_by, creditsOf(catalogue, book.condition))
      }
      break
    case 'withdraw':
      if (book.place === 'taken' || book.place === 'withdrawn') return
      if (isAtHand(book)) counts.at_hand -= 1
      counts.withdrawn += 1
      put({ place: 'withdrawn', place_name: null, reserved_for: null })
      pay(day, book.brought_by, -creditsOf(catalogue, book.condition))
      break
    case 'leave':
      if (isAtHand(book)) leave(day, book, action.place || snapshot.leftover_place)
      break
    case 'reserve':
      if (canBeTaken(book) && !book.reserved_for) put({ reserved_for: action.holder })
      break
    case 'release':
      put({ reserved_for: null })
      break
  }
}

/** Books by title, author, ISBN, label or class; those at hand first. */
export function findBooks(day: Day, text: string, place: BookPlace | null): SwapBook[] {
  const wanted = text.trim().toLowerCase()
  const digits = wanted.replace(/[\s-]/g, '')
  const order: BookPlace[] = ['desk', 'shelf', 'leftover', 'taken', 'withdrawn']
  return Array.from(day.books.values())
    .filter((book) => place === null || book.place === place)
    .filter((book) => {
      if (wanted === '') return true
      const texts = [book.title, book.author, book.brought_by ?? '', book.place_name ?? '']
      return (
        texts.some((each) => each.toLowerCase().includes(wanted)) ||
        (digits.length >= 4 && (book.isbn ?? '').includes(digits)) ||
        (digits.length >= 4 && book.id.replace(/-/g, '').endsWith(digits))
      )
    })
    .sort((a, b) => order.indexOf(a.place) - order.indexOf(b.place))
}

/** The copies somebody may take by an ISBN: theirs if kept for them, then the unreserved ones. */
export function copiesOf(day: Day, isbn: string, holder: string | null): SwapBook[] {
  const rank = (book: SwapBook) =>
    (book.reserved_for && book.reserved_for === holder ? 0 : book.reserved_for ? 4 : 1) +
    (book.place === 'shelf' ? 0 : book.place === 'desk' ? 0.25 : 0.5)
  return Array.from(day.books.values())
    .filter((book) => book.isbn === isbn && canBeTaken(book))
    .sort((a, b) => rank(a) - rank(b))
}

/** Whether one more book would take a class below what it may owe. */
export const wouldOverdraw = (day: Day, snapshot: Snapshot, holder: string): boolean =>
  (day.balances.get(holder) ?? 0) - snapshot.take < -snapshot.owe

/** The two sides of the ledger: what all holders have, and the pool. They undo each other. */
export function ledgerOf(balances: Map<string, number>): {
  lines: { holder: string; credits: number }[]
  total: number
} {
  const lines = Array.from(balances, ([holder, credits]) => ({ holder, credits }))
    .filter(({ holder }) => holder !== 'pool')
    .sort((a, b) => a.holder.localeCompare(b.holder, 'zh-CN', { numeric: true }))
  return { lines, total: lines.reduce((sum, { credits }) => sum + credits, 0) }
}
