import { newIntent } from './client'

/** The key of an intent: the same on a retry, a new one once the content has changed. */
export function intents(newKey: () => string = newIntent): (content: string) => string {
  let of = ''
  let key = ''
  return (content) => {
    if (content !== of || key === '') key = newKey()
    of = content
    return key
  }
}
