// Speaking instead of typing, where the browser can: it is the browser's own service that listens.
import { onBeforeUnmount, ref } from 'vue'
import { currentLocale, LANG_TAGS } from '@/shared/i18n'

interface Recogniser {
  lang: string
  interimResults: boolean
  maxAlternatives: number
  onresult: ((event: { results: { transcript: string }[][] }) => void) | null
  onerror: ((event: { error: string }) => void) | null
  onend: (() => void) | null
  start(): void
  abort(): void
}
type Maker = new () => Recogniser

const SPOKEN = { zh: 'zh-CN', en: 'en-US', ko: 'ko-KR' }

export function useSpeech(heard: (text: string) => void) {
  const browser = window as { SpeechRecognition?: Maker; webkitSpeechRecognition?: Maker }
  const Maker = browser.SpeechRecognition ?? browser.webkitSpeechRecognition
  const listening = ref(false)
  const trouble = ref<'' | 'failed' | 'refused'>('')
  let recogniser: Recogniser | null = null

  function stop() {
    recogniser?.abort()
    listening.value = false
  }
  function listen() {
    if (!Maker) return
    if (listening.value) {
      stop()
      return
    }
    trouble.value = ''
    recogniser = new Maker()
    recogniser.lang = SPOKEN[currentLocale()] ?? LANG_TAGS[currentLocale()]
    recogniser.interimResults = false
    recogniser.maxAlternatives = 1
    recogniser.onresult = ({ results }) => heard(results[0][0].transcript)
    recogniser.onerror = ({ error }) => {
      if (error === 'aborted') return
      trouble.value = /not-allowed|service/.test(error) ? 'refused' : 'failed'
    }
    recogniser.onend = () => (listening.value = false)
    try {
      recogniser.start()
      listening.value = true
    } catch {
      trouble.value = 'failed'
    }
  }
  onBeforeUnmount(stop)
  return { can: Boolean(Maker), listening, trouble, listen }
}
