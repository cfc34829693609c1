// The service worker keeps the shell on the phone: a page opens with the server dead.
const RELOADED = 'wufei.reloaded-for-update'

export function registerServiceWorker(): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  window.addEventListener('load', () => {
    navigator.serviceWorker.register('/sw.js').catch(() => {
      // Without it everything but the offline start works.
    })
  })
}

/** After an update the old page asks for files that are gone: one reload fetches the new page. */
export function reloadOnceForUpdate(): void {
  window.addEventListener('vite:preloadError', (event) => {
    try {
      if (sessionStorage.getItem(RELOADED) !== null || !navigator.onLine) return
      sessionStorage.setItem(RELOADED, '1')
    } catch {
      return
    }
    event.preventDefault()
    location.reload()
  })
}
