import { onBeforeUnmount, onMounted, ref } from 'vue'
import { readLocal, writeLocal } from '@/shared/util/storage'

const KEY = 'wufei.desk.keys'

/** Voice control and trembling hands press single keys by mistake: they can be switched off. */
export const keysOn = ref(readLocal(KEY) !== 'off')
export function setKeysOn(on: boolean): void {
  keysOn.value = on
  writeLocal(KEY, on ? null : 'off')
}

/** Where a letter is a letter: fields and lists to choose from, but no box to tick. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !/^(checkbox|radio|button)$/.test(target.type)
  return /^(textarea|select)$/i.test(target.tagName)
}

/** The key to look up: `shift+j` for a letter held with Shift, `?` as the keyboard gives it. */
export function keyOf({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): string {
  // Caps lock makes capitals without Shift.
  if (!/^[a-z]$/i.test(key)) return key
  return shiftKey ? `shift+${key.toLowerCase()}` : key.toLowerCase()
}

/** Single-key shortcuts; never while somebody types, holds a modifier or has a dialog open. */
export function useKeys(keys: Record<string, () => void>): void {
  function onKey(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.isComposing || isTyping(event.target)) return
    if (document.querySelector('.d-dialog')) return
    const run = keys[keyOf(event)]
    // Help stays, or nobody would find the way to switch them on again.
    if (!run || (!keysOn.value && event.key !== '?')) return
    event.preventDefault()
    run()
  }
  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
