import { ref, watch, type Ref } from 'vue'
import { dropForm, keepForm, loadForm, sendAgain } from '@/features/market/listings/kept-form'
import type { PickedPhoto } from '@/shared/photos/uploads'

const KEEP_AFTER_MS = 300

/** Keeps a form with its photos on the phone until it has been handed in. */
export function useDrafts<Form extends object>(form: Form, photos: Ref<PickedPhoto[]>) {
  /** It was being written before. */
  const restored = ref(false)
  let key = ''
  let opened = ''
  let timer: ReturnType<typeof setTimeout> | undefined

  const content = () => JSON.stringify([form, photos.value.map((photo) => photo.key)])
  function settle() {
    opened = content()
    restored.value = false
  }
  async function open(name: string): Promise<void> {
    key = ''
    const kept = await loadForm<Form>(name)
    settle()
    if (kept) {
      Object.assign(form, kept.form)
      photos.value = kept.photos
      void sendAgain(kept.photos)
      restored.value = true
    }
    key = name
  }
  async function keep(): Promise<void> {
    clearTimeout(timer)
    if (key !== '' && content() !== opened) await keepForm(key, form, photos.value)
  }
  async function drop(): Promise<void> {
    clearTimeout(timer)
    if (key === '') return
    opened = content()
    await dropForm(key, photos.value)
  }
  watch(
    [form, () => photos.value.map(({ key: of, status }) => `${of} ${status}`).join()],
    () => {
      clearTimeout(timer)
      if (key !== '') timer = setTimeout(() => void keep(), KEEP_AFTER_MS)
    },
    { deep: true },
  )
  return { restored, open, keep, drop, settle }
}
