import { computed } from 'vue'
import { useCatalogue } from '@/features/pickups/stores/catalogue'
import { useDistrict } from '@/shared/store/district'

/** Names of what the office's answers give by id. */
export function useNames() {
  const catalogues = useCatalogue()
  const districts = useDistrict()
  void catalogues.load().catch(() => undefined)
  const collectors = computed(() => catalogues.catalogue?.collectors ?? [])
  const items = computed(() => catalogues.catalogue?.items ?? [])
  return {
    collectors,
    items,
    collector: (id: string) => collectors.value.find((each) => each.id === id)?.name ?? id,
    group: (id: string) => catalogues.catalogue?.groups.find((each) => each.id === id)?.name ?? id,
    township: (code: string) => districts.townshipByCode(code)?.name ?? code,
  }
}
