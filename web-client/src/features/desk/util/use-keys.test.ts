import { describe, expect, it } from 'vitest'
import { isTyping, keyOf } from './use-keys'

const element = (html: string) => {
  const box = document.createElement('div')
  box.innerHTML = html
  return box.firstElementChild
}

describe('single keys', () => {
  it('are letters where somebody types', () => {
    for (const html of [
      '<input>',
      '<input type="date">',
      '<textarea></textarea>',
      '<select></select>',
    ]) {
      expect(isTyping(element(html))).toBe(true)
    }
  })
  it('work on a row whose box has the focus, and on buttons', () => {
    for (const html of ['<input type="checkbox">', '<button></button>', '<a href="#"></a>']) {
      expect(isTyping(element(html))).toBe(false)
    }
    expect(isTyping(null)).toBe(false)
  })
  it('know Shift from caps lock', () => {
    expect(keyOf({ key: 'J', shiftKey: true })).toBe('shift+j')
    expect(keyOf({ key: 'J', shiftKey: false })).toBe('j')
    expect(keyOf({ key: '?', shiftKey: true })).toBe('?')
    expect(keyOf({ key: 'Escape', shiftKey: false })).toBe('Escape')
  })
})
