// A moderator may take out of somebody's words, never put in; asterisks stand for what is gone.
// The server holds the same: `only_takes_out` in api/src/moderation/http/queue.rs.

export function onlyTakesOut(edited: string, said: string): boolean {
  const rest = Array.from(said)
  let at = 0
  for (const character of Array.from(edited)) {
    if (character === '*' || character === '＊') continue
    while (at < rest.length && rest[at] !== character) at += 1
    if (at === rest.length) return false
    at += 1
  }
  return true
}

/** Every occurrence, because a number that stands there twice is as public as before. */
export function mask(text: string, found: string): string {
  return found === '' ? text : text.split(found).join('*'.repeat(Array.from(found).length))
}
