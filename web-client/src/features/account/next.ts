/** Only ways inside this site: an address from outside must not lead to another one. */
export function safeNext(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/account')
    ? next
    : '/account'
}
