// The page's door to the rule set on the phone.
import type { Calls, Keeper } from './keeper.ts'
import SortingWorker from './worker.ts?worker'

type Answered = { id: number; value?: unknown; error?: string }
type Caller = (name: keyof Keeper, args: unknown[]) => Promise<unknown>

let caller: Promise<Caller> | null = null

function inWorker(): Caller {
  const worker = new SortingWorker()
  const waiting = new Map<
    number,
    { done: (value: unknown) => void; fail: (error: Error) => void }
  >()
  let last = 0
  worker.onmessage = ({ data }: MessageEvent<Answered>) => {
    const call = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.error === undefined) call?.done(data.value)
    else call?.fail(new Error(data.error))
  }
  // Its file could not be fetched: nobody waits for ever, and the next call tries again.
  worker.onerror = () => {
    caller = null
    waiting.forEach(({ fail }) => fail(new Error('no worker')))
    waiting.clear()
  }
  return (name, args) =>
    new Promise((done, fail) => {
      last += 1
      waiting.set(last, { done, fail })
      worker.postMessage({ id: last, name, args })
    })
}

async function onPage(): Promise<Caller> {
  const { Keeper } = await import('./sorting-engine.ts')
  const keeper = new Keeper()
  return async (name, args) => (keeper[name] as (...args: unknown[]) => unknown).apply(keeper, args)
}

function open(): Promise<Caller> {
  if (typeof Worker !== 'function') return onPage()
  try {
    return Promise.resolve(inWorker())
  } catch {
    return onPage()
  }
}

function call(name: keyof Keeper, args: unknown[]): Promise<unknown> {
  caller ??= open()
  return caller.then((ask) => ask(name, args))
}

const through = <Name extends keyof Keeper>(name: Name) =>
  ((...args: unknown[]) => call(name, args)) as unknown as Calls[Name]

export const phone: Calls = {
  prepare: through('prepare'),
  refresh: through('refresh'),
  textLang: through('textLang'),
  answer: through('answer'),
  suggest: through('suggest'),
  ruling: through('ruling'),
  browse: through('browse'),
  quiz: through('quiz'),
  poster: through('poster'),
}
