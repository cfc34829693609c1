import type { Ref } from 'vue'
import { useMedia } from './use-media'

/** Room for a table. */
export const useWide = (): Ref<boolean> => useMedia('(min-width: 1000px)')

/** Room for a map beside the table. */
export const useRoomy = (): Ref<boolean> => useMedia('(min-width: 1100px)')
