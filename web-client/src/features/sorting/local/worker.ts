import { Keeper } from './keeper.ts'

const keeper = new Keeper()

interface Call {
  id: number
  name: keyof Keeper
  args: unknown[]
}

self.onmessage = async ({ data: { id, name, args } }: MessageEvent<Call>) => {
  try {
    const work = keeper[name] as (...args: unknown[]) => unknown
    self.postMessage({ id, value: await work.apply(keeper, args) })
  } catch (error) {
    self.postMessage({ id, error: String(error) })
  }
}
