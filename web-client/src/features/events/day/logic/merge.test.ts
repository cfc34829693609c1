import { describe, expect, it } from 'vitest'
import type { Action, EventCatalogue, Snapshot, SwapBook } from '../types'
import { copiesOf, findBooks, ledgerOf, mergeSnapshot, viewOf, wouldOverdraw } from './merge'
import { afterAnswers, emptyWork, record, settle, type Work } from './queue'

const book = (id: string, part: Partial<SwapBook> = {}): SwapBook => ({
  id,
  isbn: null,
  title: `书${id}`,
  author: '',
  condition: 'good',
  grams: 300,
  place: 'shelf',
  place_name: null,
  brought_by: '1年1班',
  reserved_for: null,
  photo_url: null,
  ...part,
})
const snapshot = (books: SwapBook[], part: Partial<Snapshot> = {}): Snapshot =>
  ({
    id: 'e',
    books,
    balances: [
      { holder: '1年1班', credits: 2 },
      { holder: 'pool', credits: -2 },
    ],
    titles: [{ isbn: '9787020002207', title: '红楼梦', author: '曹雪芹' }],
    stalls: [{ booking: 's1', stall: 'A1', name: '王**', status: 'booked', pass_sha256: '00' }],
    leftover_place: '图书室',
    take: 1,
    owe: 5,
    counts: {
      people: 3,
      books_in: 2,
      books_out: 0,
      at_hand: 2,
      things: 0,
      kg: 0,
      withdrawn: 0,
      leftovers: [],
      stalls_attended: 0,
      stalls_booked: 1,
      stalls_no_show: 0,
    },
    ...part,
  }) as unknown as Snapshot
const catalogue = {
  conditions: [
    { id: 'good', name: '好', value: 1 },
    { id: 'poor', name: '破', value: 0 },
  ],
  formats: [{ id: 'medium', name: '普通', value: 310 }],
} as unknown as EventCatalogue
const work = (...actions: Action[]): Work =>
  record(
    emptyWork(),
    actions.map((action, n) => ({ id: `op-${n}`, at: '', action, about: '' })),
  )
const day = (actions: Action[], books = [book('1'), book('2')]) =>
  viewOf(snapshot(books), catalogue, work(...actions).ops)

describe('the day on a device', () => {
  it('shows what was done here before the server knows', () => {
    const { books, balances, counts } = day([
      {
        kind: 'bring',
        book: '3',
        isbn: '9787020002207',
        condition: 'good',
        format: 'medium',
        holder: '2年1班',
      },
      { kind: 'shelve', book: '3' },
      { kind: 'take', book: '3', holder: '1年1班' },
      { kind: 'people', count: 2 },
    ])
    expect(books.get('3')).toMatchObject({ title: '红楼梦', place: 'taken', place_name: '1年1班' })
    expect(balances.get('2年1班')).toBe(1)
    expect(balances.get('1年1班')).toBe(1)
    expect(counts).toMatchObject({ people: 5, books_in: 3, books_out: 1, at_hand: 2, kg: 0.31 })
  })

  it('undoes what is undone', () => {
    const { balances, counts, books } = day([
      { kind: 'take', book: '1', holder: '2年1班' },
      { kind: 'return', book: '1' },
      { kind: 'withdraw', book: '1' },
      { kind: 'return', book: '1' },
    ])
    expect(balances.get('2年1班')).toBe(0)
    expect(balances.get('1年1班')).toBe(2)
    expect(counts).toMatchObject({ books_out: 0, at_hand: 2, withdrawn: 0, kg: 0 })
    expect(books.get('1')?.place).toBe('shelf')
  })

  it('takes no book twice and lets a taken book not be withdrawn', () => {
    const { books, balances } = day([
      { kind: 'take', book: '1', holder: '2年1班' },
      { kind: 'take', book: '1', holder: '3年1班' },
      { kind: 'withdraw', book: '1' },
    ])
    expect(books.get('1')).toMatchObject({ place: 'taken', place_name: '2年1班' })
    expect(balances.has('3年1班')).toBe(false)
  })

  it('leaves the rest at its place', () => {
    const { books, counts } = day([
      { kind: 'take', book: '1', holder: '2年1班' },
      { kind: 'leave_rest' },
    ])
    expect(books.get('1')?.place).toBe('taken')
    expect(books.get('2')).toMatchObject({ place: 'leftover', place_name: '图书室' })
    expect(counts.at_hand).toBe(0)
  })

  it('checks a stallholder in once, also one who was given up', () => {
    const { stalls, counts } = day([
      { kind: 'no_show', booking: 's1' },
      { kind: 'check_in', booking: 's1' },
      { kind: 'no_show', booking: 's1' },
    ])
    expect(stalls[0].status).toBe('attended')
    expect(counts).toMatchObject({
      stalls_attended: 1,
      stalls_booked: 0,
      stalls_no_show: 0,
      people: 4,
    })
  })

  it('counts nothing twice when the server has it', () => {
    const done = work({ kind: 'take', book: '1', holder: '2年1班' })
    const answers = [{ id: 'op-0', result: 'applied', reason: null, repeated: false } as const]
    const answered = afterAnswers(done, { answers: [...answers], arrived: 1, highest_seq: 1 }, 0)
    // Answered, but the snapshot is from before.
    expect(viewOf(snapshot([book('1')]), catalogue, answered.ops).balances.get('2年1班')).toBe(-1)
    const settled = settle(answered, ['op-0'])
    const fresh = snapshot([book('1', { place: 'taken', place_name: '2年1班' })], {
      balances: [{ holder: '2年1班', credits: -1 }],
    })
    expect(viewOf(fresh, catalogue, settled.ops).balances.get('2年1班')).toBe(-1)
  })

  it('shows nothing of what another device was first with', () => {
    const lost = afterAnswers(
      work({ kind: 'take', book: '1', holder: '2年1班' }),
      {
        answers: [{ id: 'op-0', result: 'conflict', reason: 'already_taken', repeated: false }],
        arrived: 1,
        highest_seq: 1,
      },
      0,
    )
    expect(viewOf(snapshot([book('1')]), catalogue, lost.ops).books.get('1')?.place).toBe('shelf')
  })

  it('goes on from an earlier snapshot', () => {
    const merged = mergeSnapshot(
      snapshot([book('1'), book('2')]),
      snapshot([book('2', { place: 'taken' }), book('3')]),
    )
    expect(merged.books.map(({ id, place }) => [id, place])).toEqual([
      ['1', 'shelf'],
      ['2', 'taken'],
      ['3', 'shelf'],
    ])
  })

  it('warns before a class owes more than it may', () => {
    const owing = (credits: number) => snapshot([], { balances: [{ holder: '2年1班', credits }] })
    const warns = (credits: number) =>
      wouldOverdraw(viewOf(owing(credits), catalogue, []), owing(credits), '2年1班')
    expect(warns(-4)).toBe(false)
    expect(warns(-5)).toBe(true)
  })

  it('finds books by word, number and label, and offers the copy that is kept for the class', () => {
    const isbn = '9787020002207'
    const view = day(
      [],
      [
        book('aa-11112222', { isbn, reserved_for: '3年1班', title: '红楼梦' }),
        book('bb-33334444', { isbn, place: 'desk', title: '红楼梦' }),
        book('cc-55556666', { place: 'taken', title: '西游记' }),
      ],
    )
    expect(findBooks(view, '红楼', null)).toHaveLength(2)
    expect(findBooks(view, '5555 6666', null).map(({ title }) => title)).toEqual(['西游记'])
    expect(findBooks(view, '', 'desk')).toHaveLength(1)
    expect(copiesOf(view, isbn, null)[0].id).toBe('bb-33334444')
    expect(copiesOf(view, isbn, '3年1班')[0].id).toBe('aa-11112222')
  })

  it('sums its ledger', () => {
    const { lines, total } = ledgerOf(
      new Map([
        ['10年1班', 1],
        ['2年1班', 3],
        ['pool', -4],
      ]),
    )
    expect(lines.map(({ holder }) => holder)).toEqual(['2年1班', '10年1班'])
    expect(total).toBe(4)
  })
})
