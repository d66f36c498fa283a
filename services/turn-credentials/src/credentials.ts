import type { Hmacs } from './hmacs.js';

/** A TURN credential of the TURN REST scheme. */
export interface TurnCredential {
  /** `<unix seconds of expiry>:<hash>` */
  readonly username: string;
  /** base64(HMAC-SHA1(secret, username)) */
  readonly password: string;
}

/** Whom a credential is for. */
export interface TurnUser {
  readonly app: string;
  readonly identity: string;
}

const ID_CHARACTERS = 22;

/**
 * The id of a user in TURN usernames: 132 bits of a keyed hash. It tells nothing of the identity, is the same for the
 * same one (so that coturn's per-user quotas count), and holds neither a colon nor anything that needs escaping.
 */
export function turnUserId(hmacs: Hmacs, key: string | Uint8Array, { app, identity }: TurnUser): string {
  return hmacs.sha256Base64Url(key, JSON.stringify(['turn user 1', app, identity])).slice(0, ID_CHARACTERS);
}

/** The credential of a user id that serves `ttlS` seconds from `nowMs` (since the epoch), signed with `secret`. */
export function turnCredential(
  hmacs: Hmacs,
  secret: string,
  { userId, nowMs, ttlS }: { readonly userId: string; readonly nowMs: number; readonly ttlS: number },
): TurnCredential {
  const username = `${Math.floor(nowMs / 1_000) + ttlS}:${userId}`;
  return { username, password: hmacs.sha1Base64(secret, username) };
}
