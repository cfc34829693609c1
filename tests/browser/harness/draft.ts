import { expect, type Page } from '@playwright/test'

/** Waits until the phone itself keeps these words, so that a closed page would not lose them. */
export async function expectKept(page: Page, words: string): Promise<void> {
  await expect
    .poll(() =>
      page.evaluate(async (wanted) => {
        const done = <T>(request: IDBRequest<T>) =>
          new Promise<T>((resolve, reject) => {
            request.onsuccess = () => resolve(request.result)
            request.onerror = () => reject(request.error)
          })
        for (const { name } of await indexedDB.databases()) {
          const database = await done(indexedDB.open(name!))
          try {
            for (const store of database.objectStoreNames) {
              const rows = await done(database.transaction(store).objectStore(store).getAll())
              if (JSON.stringify(rows).includes(wanted)) return true
            }
          } finally {
            database.close()
          }
        }
        return JSON.stringify(localStorage).includes(wanted)
      }, words),
    )
    .toBe(true)
}
