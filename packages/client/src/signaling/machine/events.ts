import type { ErrorBody, LeftReason } from '@parley/protocol';
import type { Closing } from './verdict.js';

/** What happens to a connection. `n` names the socket that it happened to. */
export type ConnectionEvent =
  | { readonly event: 'start' | 'online' | 'leave' | 'timer'; readonly n?: undefined }
  /** The token is there, the socket is being opened; or it is open. */
  | { readonly event: 'opening' | 'opened'; readonly n: number }
  | { readonly event: 'joined'; readonly n: number; readonly resumeMs: number }
  /** `hello` or `join` was answered by an error. */
  | { readonly event: 'refused'; readonly n: number; readonly error: ErrorBody }
  /** About to be closed, as the server says; or closed, never opened, or silent for too long (1006). */
  | ({ readonly event: 'goodbye' | 'closed'; readonly n: number } & Closing)
  /** A batch is missing. */
  | { readonly event: 'behind'; readonly n: number }
  | { readonly event: 'degraded'; readonly n: number; readonly degraded: boolean }
  /** This participant has left, as the room says. */
  | { readonly event: 'expelled'; readonly reason: LeftReason; readonly n?: undefined }
  /** `leave` was answered. */
  | { readonly event: 'left'; readonly n: number };

/** What the shell is to do. */
export type ConnectionEffect =
  /** Get a token, then open socket `n` to an address. `resume`: with the hint that a participant comes back. */
  | { readonly do: 'open'; readonly n: number; readonly address: number; readonly resume: boolean }
  /** Send hello and join. */
  | { readonly do: 'greet'; readonly n: number }
  /** Socket `n` carries everything from now on. */
  | { readonly do: 'adopt'; readonly n: number }
  /** Nothing carries anything any more. */
  | { readonly do: 'lose' }
  /** Forget socket `n`, and close it. */
  | { readonly do: 'close'; readonly n: number }
  /** The one timer; an earlier one is void. */
  | { readonly do: 'timer'; readonly ms: number | undefined }
  | { readonly do: 'leave'; readonly n: number }
  | { readonly do: 'new-key' }
  | { readonly do: 'fresh-token' }
  | { readonly do: 'end' };

/** What decisions need besides the state. */
export interface Deciding {
  now(): number;
  /** The backoff policy. */
  delayMs(attempt: number, retryAfterMs?: number): number | undefined;
  /** Whether there is a way to get another token. */
  readonly renewable: boolean;
}
