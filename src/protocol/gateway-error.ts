/**
 * What goes wrong at run time, apart from what authors write (diagnostics) and what upstreams do (failures): one row per
 * code. `status` is the HTTP status; `retryable` says whether the same request can succeed later.
 */
export const gatewayErrors = {
  invalid_json: { status: 400, retryable: false },
  invalid_request: { status: 400, retryable: false },
  missing_attribute: { status: 400, retryable: false },
  invalid_attribute: { status: 400, retryable: false },
  invalid_api_key: { status: 401, retryable: false },
  invalid_admin_token: { status: 401, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  key_exists: { status: 409, retryable: false },
  request_timeout: { status: 408, retryable: false },
  request_too_large: { status: 413, retryable: false },
  policy_refused: { status: 422, retryable: false },
  unsupported_encoding: { status: 415, retryable: false },
  guard_blocked: { status: 400, retryable: false },
  rejected: { status: 403, retryable: false },
  headers_too_large: { status: 431, retryable: false },
  gateway_busy: { status: 429, retryable: true },
  too_many_attempts: { status: 429, retryable: true },
  internal_error: { status: 500, retryable: false },
  endpoint_not_supported: { status: 501, retryable: false },
  all_attempts_failed: { status: 502, retryable: true },
  store_unavailable: { status: 503, retryable: true },
  stream_cut: { status: 502, retryable: true },
  ledger_unavailable: { status: 503, retryable: true },
  stream_failed: { status: 502, retryable: true },
} as const satisfies Readonly<Record<string, { readonly status: number; readonly retryable: boolean }>>;

export type GatewayErrorCode = keyof typeof gatewayErrors;

export interface ErrorDetails {
  /** The field, header or attribute that is wrong. */
  readonly param?: string | null;
  /** In place of the table's, where the status is somebody else's to choose: a policy's or an upstream's. */
  readonly status?: number;
  /** In place of the table's word, for the same reason. */
  readonly publicCode?: string;
  readonly retryAfterMs?: number;
  /** In place of the table's. */
  readonly retryable?: boolean;
  /** Shown only to callers that may see rules. */
  readonly debug?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Thrown towards the surface, which renders it in the shape of the API that was called. */
export class GatewayError extends Error {
  readonly kind: GatewayErrorCode;
  /** The stable word that callers see. */
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly param: string | null;
  readonly retryAfterMs: number | undefined;
  readonly debug: Readonly<Record<string, unknown>> | undefined;

  constructor(kind: GatewayErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'GatewayError';
    this.kind = kind;
    this.code = details.publicCode ?? kind;
    this.status = details.status ?? gatewayErrors[kind].status;
    this.retryable = details.retryable ?? gatewayErrors[kind].retryable;
    this.param = details.param ?? null;
    this.retryAfterMs = details.retryAfterMs;
    this.debug = details.debug;
  }
}
