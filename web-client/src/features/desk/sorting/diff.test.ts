import { describe, expect, it } from 'vitest'
import { differences, rowFaults } from './diff'

const box = { name: '餐盒', kind: 'plastic-box', aliases: ['饭盒', '快餐盒'], en: [], ko: [] }

describe('what a change does', () => {
  it('names the fields that differ, and of lists only what came and went', () => {
    const after = { ...box, kind: 'plastic-box-soiled', aliases: ['快餐盒', '打包盒'] }
    expect(differences(box, after)).toEqual([
      { field: 'kind', before: 'plastic-box', after: 'plastic-box-soiled' },
      { field: 'aliases', before: '饭盒', after: '打包盒' },
    ])
  })

  it('shows all of a thing that is new or gone', () => {
    expect(differences(null, box).map(({ field }) => field)).toEqual(['name', 'kind', 'aliases'])
    expect(differences(box, null)[0]).toEqual({ field: 'name', before: '餐盒', after: '' })
    expect(differences(box, box)).toEqual([])
  })
})

it('faults of a table are read to the row and column', () => {
  expect(
    rowFaults([
      { field: 'row 12, aliases', message: 'a' },
      { field: 'row 3', message: 'b' },
      { field: 'reason', message: 'c' },
    ]),
  ).toEqual([
    { row: '12', column: 'aliases', message: 'a' },
    { row: '3', column: '', message: 'b' },
    { row: '', column: 'reason', message: 'c' },
  ])
})
