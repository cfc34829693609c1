// A small key-value door to IndexedDB. Where the browser refuses it (private windows, some
// webviews) values live in memory, so that a report can still be sent within the visit.
const NAME = 'wufei'
const VERSION = 4
const STORES = [
  'drafts',
  'blobs',
  'mine',
  'sorting',
  'pickups',
  'pickup_work',
  'asks',
  'event_days',
] as const
export type StoreName = (typeof STORES)[number]

let opening: Promise<IDBDatabase | null> | null = null
const memory: Record<StoreName, Map<string, unknown>> = {
  drafts: new Map(),
  blobs: new Map(),
  mine: new Map(),
  pickups: new Map(),
  pickup_work: new Map(),
  sorting: new Map(),
  asks: new Map(),
  event_days: new Map(),
}

function open(): Promise<IDBDatabase | null> {
  opening ??= new Promise((resolve) => {
    let request: IDBOpenDBRequest
    try {
      request = indexedDB.open(NAME, VERSION)
    } catch {
      resolve(null)
      return
    }
    request.onupgradeneeded = () => {
      for (const store of STORES) {
        if (!request.result.objectStoreNames.contains(store))
          request.result.createObjectStore(store)
      }
    }
    request.onsuccess = () => {
      // Another tab with a newer version must not wait for this one for ever.
      request.result.onversionchange = () => {
        request.result.close()
        opening = null
      }
      resolve(request.result)
    }
    request.onerror = () => resolve(null)
    request.onblocked = () => resolve(null)
  })
  return opening
}

async function run<T>(
  store: StoreName,
  mode: IDBTransactionMode,
  work: (objects: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const db = await open()
  if (!db) throw new Error('no IndexedDB')
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(store, mode)
    const request = work(transaction.objectStore(store))
    // A write is kept only once its transaction has completed.
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'))
    transaction.onerror = () => reject(transaction.error ?? new Error('failed'))
  })
}

export async function getItem<T>(store: StoreName, key: string): Promise<T | undefined> {
  if (memory[store].has(key)) return memory[store].get(key) as T
  try {
    return (await run(store, 'readonly', (objects) => objects.get(key))) as T | undefined
  } catch {
    return undefined
  }
}

/** True where the value outlives the page. */
export async function putItem(store: StoreName, key: string, value: unknown): Promise<boolean> {
  try {
    await run(store, 'readwrite', (objects) => objects.put(value, key))
    memory[store].delete(key)
    return true
  } catch {
    memory[store].set(key, value)
    return false
  }
}

/**
 * Reads, changes and writes within one transaction: tabs that change the same value wait for each
 * other, so that none overwrites what another wrote.
 */
export async function updateItem<T>(
  store: StoreName,
  key: string,
  change: (before: T | undefined) => T,
): Promise<T> {
  const inMemory = (): T => {
    const after = change(memory[store].get(key) as T | undefined)
    memory[store].set(key, after)
    return after
  }
  if (memory[store].has(key)) return inMemory()
  const db = await open()
  if (!db) return inMemory()
  return new Promise((resolve, reject) => {
    let after: T
    const transaction = db.transaction(store, 'readwrite')
    const objects = transaction.objectStore(store)
    const request = objects.get(key)
    request.onsuccess = () => {
      try {
        after = change(request.result as T | undefined)
        objects.put(after, key)
      } catch (error) {
        transaction.abort()
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    }
    transaction.oncomplete = () => resolve(after)
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'))
    transaction.onerror = () => reject(transaction.error ?? new Error('failed'))
  })
}

export async function deleteItem(store: StoreName, key: string): Promise<void> {
  memory[store].delete(key)
  try {
    await run(store, 'readwrite', (objects) => objects.delete(key))
  } catch {
    // It was in memory only.
  }
}

export async function allItems<T>(store: StoreName): Promise<T[]> {
  const inMemory = Array.from(memory[store].values()) as T[]
  try {
    const stored = (await run(store, 'readonly', (objects) => objects.getAll())) as T[]
    return [...stored, ...inMemory]
  } catch {
    return inMemory
  }
}

/** Asks the browser not to evict what waits to be sent; browsers without the question ignore it. */
export function askToPersist(): void {
  navigator.storage?.persist?.().catch(() => undefined)
}
