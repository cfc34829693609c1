// A text whose positions count characters, as the server's do, not UTF-16 units.

const SURROGATE = /[\ud800-\udfff]/

export class Text {
  readonly length: number
  /** Where each character begins; `null` while every character is one unit long. */
  private readonly starts: number[] | null

  constructor(readonly text: string) {
    if (SURROGATE.test(text)) {
      const starts: number[] = []
      let at = 0
      for (const char of text) {
        starts.push(at)
        at += char.length
      }
      this.length = starts.length
      starts.push(at)
      this.starts = starts
    } else {
      this.starts = null
      this.length = text.length
    }
  }

  /** The characters from `from` up to, not including, `to`. */
  slice(from: number, to: number = this.length): string {
    return this.starts
      ? this.text.slice(this.starts[from], this.starts[to])
      : this.text.slice(from, to)
  }

  sub(from: number, to: number = this.length): Text {
    return from === 0 && to === this.length ? this : new Text(this.slice(from, to))
  }

  /** The character's code point; `undefined` past the end. */
  code(at: number): number | undefined {
    if (at < 0 || at >= this.length) return undefined
    return this.starts ? this.text.codePointAt(this.starts[at]) : this.text.charCodeAt(at)
  }

  char(at: number): string {
    return this.slice(at, at + 1)
  }
}

export const lengthOf = (text: string): number => new Text(text).length

/** By code points: UTF-16 units would put an emoji before 丐 and its like at the end. */
export function compare(a: string, b: string): number {
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : a > b ? 1 : 0
  const left = new Text(a)
  const right = new Text(b)
  const shared = Math.min(left.length, right.length)
  for (let at = 0; at < shared; at += 1) {
    const by = left.code(at)! - right.code(at)!
    if (by !== 0) return by
  }
  return left.length - right.length
}

/** In the order the server's BTreeMap has them; an object puts "84" before everything. */
export const keysInOrder = (object: Record<string, unknown>): string[] =>
  Object.keys(object).sort(compare)
