import { defineStore } from 'pinia'
import { ref } from 'vue'

const SHOWN_MS = 4000

/** One short message at a time, read out by screen readers. */
export const useNotices = defineStore('desk-notices', () => {
  const text = ref('')
  let timer: ReturnType<typeof setTimeout> | undefined

  function say(message: string) {
    clearTimeout(timer)
    text.value = message
    timer = setTimeout(() => (text.value = ''), SHOWN_MS)
  }
  return { text, say }
})
