// Leaflet arrives with the first map; where it cannot, the list says the same.
import { defineAsyncComponent, h } from 'vue'
import { i18n } from '@/shared/i18n'

const note = (key: string) => ({ render: () => h('p', { class: 'note' }, i18n.global.t(key)) })

export const LazyCellsMap = defineAsyncComponent({
  loader: () => import('./CellsMap.vue'),
  loadingComponent: note('map.loading'),
  errorComponent: note('map.unavailable'),
  delay: 100,
})
