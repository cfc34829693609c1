/** The clipboard exists only on https and in newer browsers; offices often have neither. */
export async function copyText(text: string): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text)
      return true
    }
  } catch {
    // Refused by a permission: the old way may still work.
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.className = 'visually-hidden'
  const before = document.activeElement as HTMLElement | null
  const host = document.querySelector('.d-dialog__panel') ?? document.body
  host.appendChild(area)
  area.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    host.removeChild(area)
    before?.focus()
  }
}
