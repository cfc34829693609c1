/** Copies text; false where the browser refuses, so that the caller can show the text instead. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Not on http pages and not in older webviews: the old way needs a selected field.
  }
  const area = document.createElement('textarea')
  area.value = text
  area.setAttribute('readonly', '')
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.appendChild(area)
  area.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
  }
}

export const canShare = (): boolean => typeof navigator.share === 'function'

export async function share(title: string, text: string, url: string): Promise<void> {
  // Closing the share sheet is no error.
  await navigator.share({ title, text, url }).catch(() => undefined)
}

export const reportLink = (code: string): string => `${location.origin}/r/${code}`
export const ownLink = (code: string, secret: string): string =>
  `${reportLink(code)}#s=${encodeURIComponent(secret)}`
