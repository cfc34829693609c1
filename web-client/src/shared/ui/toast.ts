// Toasts are announced politely by our own live region: Vant's toast has none.
import { showToast } from 'vant'
import 'vant/es/toast/style/index'

let region: HTMLElement | null = null

export function announce(message: string): void {
  if (!region) {
    region = document.createElement('div')
    region.className = 'visually-hidden'
    region.setAttribute('role', 'status')
    document.body.appendChild(region)
  }
  region.textContent = ''
  setTimeout(() => {
    if (region) region.textContent = message
  }, 50)
}

export function toast(message: string): void {
  showToast({ message, position: 'bottom', duration: 3500, wordBreak: 'break-word' })
  // Vant calls it a dialog, one without a name; the live region is what speaks.
  setTimeout(() => {
    for (const box of Array.from(document.querySelectorAll('.van-toast'))) {
      box.removeAttribute('role')
      box.removeAttribute('tabindex')
      box.setAttribute('aria-hidden', 'true')
    }
  })
  announce(message)
}
