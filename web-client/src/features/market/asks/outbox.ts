// Messages on their way: on the phone before they are sent, gone from it once they have arrived.
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { useAccountStore } from '@/features/account/store'
import { toApiError } from '@/shared/api/errors'
import type { ModerationRuling } from '@/shared/api/types'
import { deleteItem, getItem, putItem } from '@/shared/util/idb'
import { writeMessage } from './api'
import { afterFailure, toSend, waitingMessage, type WaitingMessage } from './logic/waiting'

const KEY = 'waiting'
const rulingKey = (message: string) => `ruling:${message}`

export const useAskOutbox = defineStore('ask-outbox', () => {
  const account = useAccountStore()
  const all = ref<WaitingMessage[]>([])
  const sending = ref(false)
  let loading: Promise<void> | null = null

  const me = computed(() => account.me?.username ?? '')
  const of = (ask: string) =>
    all.value.filter((message) => message.ask === ask && message.by === me.value)

  function load(): Promise<void> {
    loading ??= getItem<WaitingMessage[]>('asks', KEY).then((kept) => {
      if (Array.isArray(kept)) all.value = kept
    })
    return loading
  }
  const keep = () => putItem('asks', KEY, JSON.parse(JSON.stringify(all.value)))

  async function add(ask: string, text: string): Promise<void> {
    await load()
    all.value.push(waitingMessage(ask, me.value, text, new Date()))
    await keep()
  }

  async function drop(key: string): Promise<WaitingMessage | undefined> {
    const found = all.value.find((message) => message.key === key)
    all.value = all.value.filter((message) => message.key !== key)
    await keep()
    return found
  }

  /** Sends what waits; the asks that something arrived at. */
  async function flush(): Promise<string[]> {
    await load()
    if (sending.value) return []
    sending.value = true
    const arrived: string[] = []
    try {
      for (let next = toSend(all.value, me.value)[0]; next; next = toSend(all.value, me.value)[0]) {
        const message = next
        try {
          const written = await writeMessage(message.ask, message.text, message.key)
          if (written.moderation.decision !== 'publish')
            await putItem('asks', rulingKey(written.id), written.moderation)
          arrived.push(message.ask)
          await drop(message.key)
        } catch (failure) {
          const after = afterFailure(message, toApiError(failure))
          if (after.refused === '') break
          all.value = all.value.map((each) => (each.key === message.key ? after : each))
          await keep()
        }
      }
    } finally {
      sending.value = false
    }
    return arrived
  }

  return { all, sending, of, load, add, drop, flush }
})

/** Why one's own message is held or refused, as it was said when it was sent. */
export const rulingOf = (message: string) => getItem<ModerationRuling>('asks', rulingKey(message))
export const keepRuling = (message: string, ruling: ModerationRuling) =>
  putItem('asks', rulingKey(message), ruling)

/** What is typed and not sent, by ask or by listing. */
export const keepText = (of: string, text: string) =>
  text === '' ? deleteItem('asks', `text:${of}`) : putItem('asks', `text:${of}`, text)
export const keptText = async (of: string) => (await getItem<string>('asks', `text:${of}`)) ?? ''
