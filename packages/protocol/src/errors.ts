/** How to go on after an error: not by the same request, at once, or after `retryAfterMs`. */
export type Retry = 'no' | 'now' | 'after';

/** Every error code of version 1, with what it means and how to go on. Codes are never reused. */
export const ERRORS = /* @__PURE__ */ Object.freeze({
  bad_frame: { retry: 'no', meaning: 'The header line is not a JSON object, too long or too deep.' },
  bad_request: { retry: 'no', meaning: 'A field of the header is missing or not of its form.' },
  unsupported: { retry: 'no', meaning: 'This server does not know that request type.' },
  binary_not_allowed: { retry: 'no', meaning: 'Only signals may be binary frames.' },
  frame_too_large: { retry: 'no', meaning: 'The frame is 48 KiB or more; above 64 KiB the connection ends.' },
  payload_too_large: { retry: 'no', meaning: 'A room message above `messageBytes`.' },
  hello_required: { retry: 'no', meaning: 'The first frame of a connection must be `hello`.' },
  already_welcome: { retry: 'no', meaning: 'A second `hello` on one connection.' },
  not_joined: { retry: 'no', meaning: 'The request needs a joined room.' },
  already_joined: { retry: 'no', meaning: 'Version 1 holds one room a connection.' },
  token_required: { retry: 'no', meaning: 'This server wants a token in `hello`.' },
  token_invalid: {
    retry: 'no',
    meaning: 'The token is malformed, not signed by a known key, or not for this server.',
  },
  token_expired: { retry: 'no', meaning: 'The token has expired.' },
  forbidden: {
    retry: 'no',
    meaning: 'The token does not grant this; a room that does not exist answers the same.',
  },
  room_full: { retry: 'no', meaning: 'The room holds as many participants as it may.' },
  room_locked: { retry: 'no', meaning: 'The room is locked.' },
  key_mismatch: { retry: 'no', meaning: 'The key belongs to a participant of another identity.' },
  outdated: { retry: 'no', meaning: 'A later connection of this participant exists already.' },
  cmd_out_of_order: { retry: 'no', meaning: '`cmd` must be one more than the last, one outstanding.' },
  rate_limited: { retry: 'after', meaning: 'Too many requests; come back after `retryAfterMs`.' },
  draining: { retry: 'after', meaning: 'This gateway is going away; another one takes the request.' },
  unavailable: { retry: 'after', meaning: 'No owner, bus or store can be reached at the moment.' },
  internal: { retry: 'after', meaning: 'A fault of the server.' },
} as const satisfies Record<string, { retry: Retry; meaning: string }>);

/** One of the documented error codes. */
export type ErrorCode = keyof typeof ERRORS;

/** An error as a reply carries it. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retry: Retry;
  readonly retryAfterMs?: number;
}

/** Builds the error body of a code; `retry` comes from the table. */
export function errorBody(
  code: ErrorCode,
  message: string = ERRORS[code].meaning,
  retryAfterMs?: number,
): ErrorBody {
  const body = { code, message, retry: ERRORS[code].retry };
  return retryAfterMs === undefined ? body : { ...body, retryAfterMs };
}
