/**
 * Close codes. 4000-4099: stop, do not come back unchanged. 4100-4199: back off, then come back. 4200-4299: come back
 * at once. Codes are never reused.
 */
export const CLOSE_CODES = /* @__PURE__ */ Object.freeze({
  bad_request: { code: 4000, action: 'stop', meaning: 'The connection broke the protocol.' },
  room_full: { code: 4001, action: 'stop', meaning: 'The room is full (plain dialect).' },
  forbidden: { code: 4003, action: 'stop', meaning: 'The token was refused, or does not allow this.' },
  removed: {
    code: 4008,
    action: 'stop',
    meaning: 'The participant was removed, or is no longer in the room.',
  },
  replaced: { code: 4009, action: 'stop', meaning: 'A later connection of the same participant took over.' },
  token_expired: { code: 4010, action: 'stop', meaning: 'The token expired and was not refreshed.' },
  room_closed: { code: 4012, action: 'stop', meaning: 'The room was closed.' },
  unsupported: { code: 4013, action: 'stop', meaning: 'No common protocol version.' },
  overloaded: { code: 4100, action: 'back off', meaning: 'The server takes no more connections now.' },
  rate_limited: { code: 4101, action: 'back off', meaning: 'Too many frames, connections or bad tokens.' },
  slow_consumer: {
    code: 4102,
    action: 'back off',
    meaning: 'The client did not read what it was sent, or said no valid hello in time.',
  },
  draining: { code: 4200, action: 'reconnect', meaning: 'The gateway is going away.' },
  rebalancing: { code: 4201, action: 'reconnect', meaning: 'The gateway sheds connections.' },
  internal: { code: 4202, action: 'reconnect', meaning: 'A fault of the server.' },
} as const satisfies Record<string, { code: number; action: CloseAction; meaning: string }>);

/** What a client does after a close. */
export type CloseAction = 'stop' | 'back off' | 'reconnect';
/** One of the documented reasons. */
export type CloseReason = keyof typeof CLOSE_CODES;

/** What to do after any close code, also of the standard ones (1001, 1006, 1011, …: reconnect). */
export function closeAction(code: number): CloseAction {
  const hundreds = Math.floor(code / 100);
  return hundreds === 40 ? 'stop' : hundreds === 41 ? 'back off' : 'reconnect';
}
