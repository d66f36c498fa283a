import { TokenError } from './token-error.js';
import { isText } from './utf8.js';

/** What a token allows in a room. The names, and what an absent one means, are LiveKit's. */
export interface Grants {
  /** The one room that may be joined; absent: any room of the app. */
  readonly room?: string;
  readonly roomJoin: boolean;
  readonly roomAdmin: boolean;
  /** May send signals, and so negotiate media. */
  readonly canPublish: boolean;
  /** May send messages to the whole room. */
  readonly canPublishData: boolean;
  /** May choose its own name and attributes, whatever the token says of them. */
  readonly canUpdateOwnMetadata: boolean;
  /** Shown to nobody. */
  readonly hidden: boolean;
}

/** What a token without a grants claim allows: to connect, and nothing else. */
export const NO_GRANTS: Grants = Object.freeze({
  roomJoin: false,
  roomAdmin: false,
  canPublish: true,
  canPublishData: true,
  canUpdateOwnMetadata: false,
  hidden: false,
});

const MAX_ROOM_BYTES = 128;

/**
 * The grants of the claim `parley` (or `video`). Unknown fields are ignored. A known one of the wrong type, an empty
 * room included, throws TokenError `token_invalid`: a slip of whoever mints must never widen what a token allows.
 */
export function parseGrants(claim: unknown): Grants {
  if (claim === undefined) return NO_GRANTS;
  if (typeof claim !== 'object' || claim === null || Array.isArray(claim)) throw wrong('grants claim');
  const fields = claim as Readonly<Record<string, unknown>>;
  const canPublish = flag(fields, 'canPublish', true);
  const room = own(fields, 'room');
  if (room !== undefined && !isText(room, 1, MAX_ROOM_BYTES)) throw wrong('grant room');
  return Object.freeze({
    ...(room !== undefined && { room }),
    roomJoin: flag(fields, 'roomJoin', false),
    roomAdmin: flag(fields, 'roomAdmin', false),
    canPublish,
    canPublishData: flag(fields, 'canPublishData', canPublish),
    canUpdateOwnMetadata: flag(fields, 'canUpdateOwnMetadata', false),
    hidden: flag(fields, 'hidden', false),
  });
}

function flag(fields: Readonly<Record<string, unknown>>, name: string, absent: boolean): boolean {
  const value = own(fields, name);
  if (value === undefined) return absent;
  if (typeof value !== 'boolean') throw wrong(`grant ${name}`);
  return value;
}

function own(fields: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function wrong(what: string): TokenError {
  return new TokenError('token_invalid', `the ${what} is not of its form`);
}
