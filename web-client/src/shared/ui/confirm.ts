// Vant's dialog is fetched with the first question asked.
export async function confirmDialog(question: {
  title: string
  message: string
  confirm: string
  cancel: string
}): Promise<boolean> {
  const { ask } = await import('./confirm-dialog')
  return ask(question)
}
