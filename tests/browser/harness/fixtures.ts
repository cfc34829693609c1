// What every journey starts with: a server, a resident's phone, people at their desks.
import {
  test as base,
  expect,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test'
import { IN_TOWN, type Place } from './places.ts'
import { Wufei, type Database, type Staff } from './server.ts'

export interface Options {
  database: Database
  /** Pickups may be booked for today. */
  sameDay: boolean
}

/**
 * What the browser says of requests that found no network: of its own, and of the one that the service
 * worker answers and could not, when it has never answered it before.
 */
export const NO_NETWORK =
  /ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|ERR_FAILED \(\S+\/api\/v1\/district\)/

export interface Opened {
  page: Page
  context: BrowserContext
  /** Lets through what a journey provokes on purpose, e.g. by going offline. */
  allow: (pattern: RegExp) => void
}

interface PhoneOptions {
  locale?: 'zh-CN' | 'en' | 'ko'
  /** `null`: the resident refuses to tell. */
  place?: Place | null
}

interface Fixtures {
  wufei: Wufei
  /** Opens another browser: its own storage, its own cookies. */
  phone: (options?: PhoneOptions) => Promise<Opened>
  desk: () => Promise<Opened>
}

/**
 * The console's complaints, failed scripts, and requests that leave for a stranger. An answer of
 * 4xx is no complaint: who am I, asked by somebody not signed in, is answered with 401.
 */
function watch(context: BrowserContext, own: string): { complaints: string[]; allowed: RegExp[] } {
  const complaints: string[] = []
  const allowed: RegExp[] = [/the server responded with a status of 4\d\d/]
  const complain = (text: string) => {
    if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text)
  }
  context.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complain(`${message.type()}: ${message.text()} (${message.location().url})`)
    }
  })
  context.on('weberror', (error) =>
    complain(`uncaught: ${error.error().stack ?? String(error.error())}`),
  )
  context.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(own) && !/^(data|blob|about):/.test(url)) complain(`foreign host: ${url}`)
  })
  return { complaints, allowed }
}

export const test = base.extend<Fixtures & Options>({
  database: ['sqlite', { option: true }],
  sameDay: [false, { option: true }],

  wufei: async ({ database, sameDay }, use, info) => {
    const wufei = await Wufei.start(database, sameDay)
    try {
      await use(wufei)
    } finally {
      if (info.status !== info.expectedStatus) {
        await info.attach('server log', {
          body: wufei.log,
          contentType: 'text/plain',
        })
      }
      await wufei.stop()
    }
  },

  phone: async ({ browser, wufei }, use) => {
    const opener = opens(browser, wufei)
    await use(({ locale = 'zh-CN', place = IN_TOWN } = {}) =>
      opener.open({
        viewport: { width: 390, height: 844 },
        isMobile: true,
        hasTouch: true,
        locale,
        ...(place
          ? {
              geolocation: {
                longitude: place.lng,
                latitude: place.lat,
                accuracy: 12,
              },
              permissions: ['geolocation'],
            }
          : {}),
      }),
    )
    await opener.close()
  },

  desk: async ({ browser, wufei }, use) => {
    const opener = opens(browser, wufei)
    await use(() => opener.open({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' }))
    await opener.close()
  },
})

function opens(browser: Browser, wufei: Wufei) {
  const watched: { context: BrowserContext; complaints: string[] }[] = []
  return {
    async open(options: BrowserContextOptions): Promise<Opened> {
      const context = await browser.newContext({
        baseURL: wufei.url,
        timezoneId: 'Asia/Shanghai',
        ...options,
      })
      const { complaints, allowed } = watch(context, wufei.url)
      watched.push({ context, complaints })
      return {
        context,
        page: await context.newPage(),
        allow: (pattern) => allowed.push(pattern),
      }
    },
    async close() {
      for (const { context } of watched) await context.close()
      expect(watched.flatMap(({ complaints }) => complaints)).toEqual([])
    },
  }
}

export { expect, type Page, type Staff }
