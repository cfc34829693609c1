// One door to the server: language, timeouts, idempotency keys and problem+json in one place.
import { i18n } from '@/shared/i18n'
import { randomId } from '@/shared/util/random'
import { ApiError, problemToError } from './errors'

export const API_BASE = '/api/v1'

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  query?: Record<string, string | number | boolean | null | undefined>
  json?: unknown
  /** A raw body, sent as it is with `contentType`. */
  body?: Blob
  contentType?: string
  /** The reporter's secret of this report. */
  secret?: string
  /** The secret of this pickup's booking. */
  pickupSecret?: string
  /** The token of a device at an event's desk; nobody need be signed in on it. */
  deviceToken?: string
  /**
   * Names the person's intent. Make one with `newIntent()` when the button is pressed and pass the
   * same one on every retry; without it a POST gets a fresh key.
   */
  intent?: string
  timeoutMs?: number
  signal?: AbortSignal
}

const DEFAULT_TIMEOUT_MS = 20_000

export const newIntent = randomId

export function url(path: string, query?: RequestOptions['query']): string {
  const pairs = Object.entries(query ?? {}).filter(
    (pair): pair is [string, string | number | boolean] =>
      pair[1] !== undefined && pair[1] !== null && pair[1] !== '',
  )
  const text = pairs
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`)
    .join('&')
  return `${API_BASE}${path}${text === '' ? '' : `?${text}`}`
}

export function commonHeaders(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {
    Accept: 'application/json, application/problem+json',
    'Accept-Language': i18n.global.locale.value === 'zh' ? 'zh-CN' : i18n.global.locale.value,
  }
  if (options.secret) headers['X-Report-Secret'] = options.secret
  if (options.pickupSecret) headers['X-Pickup-Secret'] = options.pickupSecret
  if (options.deviceToken) headers['X-Device-Token'] = options.deviceToken
  if (options.method === 'POST') headers['Idempotency-Key'] = options.intent ?? newIntent()
  if (options.json !== undefined) headers['Content-Type'] = 'application/json'
  else if (options.contentType) headers['Content-Type'] = options.contentType
  return headers
}

export function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  return exchange(path, options, async (response) =>
    readAnswer<T>(response.status, await response.text(), response.headers.get('Retry-After')),
  )
}

export interface AnsweredFile {
  file: Blob
  /** As the server calls it. */
  name: string
}

/** A file that is made for this person: in their language, and with words where there is none. */
export function requestFile(path: string, options: RequestOptions = {}): Promise<AnsweredFile> {
  return exchange(path, options, async (response) => {
    if (!response.ok) {
      const wait = response.headers.get('Retry-After')
      return readAnswer<never>(response.status, await response.text(), wait)
    }
    const said = response.headers.get('Content-Disposition') ?? ''
    const name = /filename="([^"]+)"/.exec(said)?.[1] ?? 'file'
    return { file: await response.blob(), name }
  })
}

async function exchange<T>(
  path: string,
  options: RequestOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const abort = typeof AbortController === 'function' ? new AbortController() : null
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    abort?.abort()
  }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
  const onAbort = () => abort?.abort()
  options.signal?.addEventListener('abort', onAbort)
  try {
    const response = await fetch(url(path, options.query), {
      method: options.method ?? 'GET',
      headers: commonHeaders(options),
      body: options.json !== undefined ? JSON.stringify(options.json) : options.body,
      credentials: 'same-origin',
      signal: abort?.signal,
    })
    return await read(response)
  } catch (error) {
    if (error instanceof ApiError || options.signal?.aborted) throw error
    throw networkError(timedOut)
  } finally {
    clearTimeout(timer)
    options.signal?.removeEventListener('abort', onAbort)
  }
}

export function readAnswer<T>(status: number, text: string, retryAfter: string | null): T {
  let body: unknown
  try {
    body = text === '' ? undefined : JSON.parse(text)
  } catch {
    body = undefined
  }
  if (status >= 200 && status < 300) return body as T
  const wait = retryAfter === null ? NaN : Number(retryAfter)
  throw problemToError(
    status,
    body,
    i18n.global.t(status >= 500 ? 'error.server' : 'error.unexpected'),
    Number.isFinite(wait) ? wait : null,
  )
}

export function networkError(timedOut: boolean): ApiError {
  return new ApiError({
    kind: timedOut ? 'timeout' : 'offline',
    message: i18n.global.t(timedOut ? 'error.timeout' : 'error.offline'),
  })
}

export const api = {
  file: (path: string, options?: RequestOptions) => requestFile(path, options),
  get: <T>(path: string, options?: RequestOptions) => request<T>(path, options),
  post: <T>(path: string, json?: unknown, options?: RequestOptions) =>
    request<T>(path, { ...options, method: 'POST', json }),
  put: <T>(path: string, json?: unknown, options?: RequestOptions) =>
    request<T>(path, { ...options, method: 'PUT', json }),
  patch: <T>(path: string, json?: unknown, options?: RequestOptions) =>
    request<T>(path, { ...options, method: 'PATCH', json }),
  delete: <T>(path: string, options?: RequestOptions) =>
    request<T>(path, { ...options, method: 'DELETE' }),
}
