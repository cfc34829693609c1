import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { api } from '@/shared/api/client'
import type { Category, District, Township } from '@/shared/api/types'
import { currentLocale } from '@/shared/i18n'
import { readLocal, writeLocal } from '@/shared/util/storage'

const keyOf = (locale: string) => `wufei.district.${locale}`

/** The district pack. A copy per language is kept on the phone, so the wizard opens offline. */
export const useDistrict = defineStore('district', () => {
  const district = shallowRef<District | null>(null)
  let loadedFor = ''
  let pending: { locale: string; promise: Promise<District> } | null = null

  async function fetchFor(locale: string): Promise<District> {
    try {
      const fresh = await api.get<District>('/district')
      writeLocal(keyOf(locale), JSON.stringify(fresh))
      district.value = fresh
      loadedFor = locale
      return fresh
    } catch (error) {
      const kept = readLocal(keyOf(locale))
      if (kept === null) throw error
      const parsed = JSON.parse(kept) as District
      district.value = parsed
      loadedFor = locale
      return parsed
    } finally {
      pending = null
    }
  }

  /** The pack in the current language, asked for once. */
  function load(): Promise<District> {
    const locale = currentLocale()
    if (district.value && loadedFor === locale) return Promise.resolve(district.value)
    if (pending?.locale !== locale) pending = { locale, promise: fetchFor(locale) }
    return pending.promise
  }

  const categories = computed<Category[]>(() => district.value?.categories ?? [])
  const townships = computed<Township[]>(() => district.value?.townships ?? [])
  const categoryById = (id: string) => categories.value.find((category) => category.id === id)
  const townshipByCode = (code: string) =>
    townships.value.find((township) => township.code === code)

  return { district, categories, townships, load, categoryById, townshipByCode }
})
