// The inbox by keys, and the sheet that tells which.
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useKeys } from '../util/use-keys'

export interface Command {
  key: string
  /** Below `desk.keys`. */
  text: string
  run: () => void
}

export function useCommands(commands: Command[]) {
  const { t } = useI18n()
  useKeys(Object.fromEntries(commands.map(({ key, run }) => [key, run])))
  return computed(() =>
    commands.map(({ key, text }) => ({
      // A link that has the focus opens by Enter without our doing.
      key: key === 'o' ? 'o / Enter' : key.replace('shift+', 'Shift '),
      text: t(`desk.keys.${text}`),
    })),
  )
}
