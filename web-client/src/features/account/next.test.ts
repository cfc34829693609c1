import { expect, test } from 'vitest'
import { safeNext } from './next'

test('after signing in only ways inside the site are followed', () => {
  expect(safeNext('/market/new?kind=offer')).toBe('/market/new?kind=offer')
  for (const bad of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    undefined,
    ['/a'],
  ])
    expect(safeNext(bad)).toBe('/account')
  expect(safeNext('/account?next=/account')).toBe('/account')
})
