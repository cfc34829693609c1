import { showConfirmDialog } from 'vant'
import 'vant/es/dialog/style/index'

export function ask(question: {
  title: string
  message: string
  confirm: string
  cancel: string
}): Promise<boolean> {
  const before = document.activeElement as HTMLElement | null
  return showConfirmDialog({
    title: question.title,
    message: question.message,
    confirmButtonText: question.confirm,
    cancelButtonText: question.cancel,
    closeOnPopstate: true,
  })
    .then(
      () => true,
      () => false,
    )
    .then((answer) => {
      before?.focus?.()
      return answer
    })
}
