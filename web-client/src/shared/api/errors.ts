export interface FieldError {
  field: string
  message: string
}

/** What went wrong, seen from the person: the network, the time, or the server's own answer. */
export type ApiErrorKind = 'offline' | 'timeout' | 'http'

export class ApiError extends Error {
  readonly kind: ApiErrorKind
  /** HTTP status; 0 where no answer arrived. */
  readonly status: number
  readonly type: string
  readonly fields: FieldError[]
  /** Seconds the server asked us to wait, from Retry-After. */
  readonly retryAfter: number | null

  constructor(init: {
    kind: ApiErrorKind
    status?: number
    type?: string
    message: string
    fields?: FieldError[]
    retryAfter?: number | null
  }) {
    super(init.message)
    this.name = 'ApiError'
    this.kind = init.kind
    this.status = init.status ?? 0
    this.type = init.type ?? 'about:blank'
    this.fields = init.fields ?? []
    this.retryAfter = init.retryAfter ?? null
  }

  field(name: string): string | undefined {
    return this.fields.find((error) => error.field === name || error.field.startsWith(`${name}.`))
      ?.message
  }

  /** True where the same request may succeed later without a change by the person. */
  get retryable(): boolean {
    return this.kind !== 'http' || this.status >= 500 || this.status === 429 || this.status === 408
  }
}

/** Reads an RFC 9457 body; anything else (a proxy's page) falls back to the given words. */
export function problemToError(
  status: number,
  body: unknown,
  fallback: string,
  retryAfter: number | null = null,
): ApiError {
  const problem = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)
  const fields = Array.isArray(problem.errors)
    ? problem.errors.filter(
        (entry): entry is FieldError =>
          typeof entry === 'object' &&
          entry !== null &&
          typeof (entry as FieldError).field === 'string' &&
          typeof (entry as FieldError).message === 'string',
      )
    : []
  return new ApiError({
    kind: 'http',
    status,
    type: text(problem.type),
    message: text(problem.detail) ?? text(problem.title) ?? fallback,
    fields,
    retryAfter,
  })
}

export function toApiError(error: unknown): ApiError {
  return error instanceof ApiError
    ? error
    : new ApiError({
        kind: 'http',
        message: error instanceof Error ? error.message : String(error),
      })
}
