import { defineStore } from 'pinia'
import { ref } from 'vue'
import { readLocal, writeLocal } from '@/shared/util/storage'

const KEY = 'wufei.large-text'

/** How this person likes to read: kept on the phone. */
export const usePrefs = defineStore('prefs', () => {
  const largeText = ref(readLocal(KEY) === '1')

  function apply() {
    document.documentElement.classList.toggle('large-text', largeText.value)
  }
  function setLargeText(on: boolean) {
    largeText.value = on
    writeLocal(KEY, on ? '1' : null)
    apply()
  }
  return { largeText, apply, setLargeText }
})
