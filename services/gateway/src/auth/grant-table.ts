import type { Grants } from '@parley/kit';
import type { ClientHeader } from '@parley/protocol';

/** Request types of version 1, those whose names are reserved for moderators included. */
export type GatedType = ClientHeader['type'] | 'remove' | 'mute' | 'lock' | 'close';
/** A grant that gates requests. */
export type GateName = keyof Pick<
  Grants,
  'roomJoin' | 'roomAdmin' | 'canPublish' | 'canPublishData' | 'canUpdateOwnMetadata'
>;

/** What one request needs; `note` says the rest of the rule. */
export interface GrantRow {
  readonly request: GatedType;
  /** Absent: any token will do. */
  readonly grant?: GateName;
  readonly note: string;
}

/** Which grant gates which request. The table of docs/TOKENS.md has exactly these rows. */
export const GRANT_TABLE: readonly GrantRow[] = Object.freeze([
  { request: 'hello', note: 'the token itself is judged' },
  { request: 'join', grant: 'roomJoin', note: 'and `room`, if the token names one, is the room' },
  { request: 'leave', note: '' },
  {
    request: 'signal',
    grant: 'canPublish',
    note: 'an acknowledgement alone (`link` with seq 0, no payload) needs none',
  },
  { request: 'message', grant: 'canPublishData', note: '' },
  {
    request: 'update',
    grant: 'canUpdateOwnMetadata',
    note: 'without it, what the token says of name and attributes holds at the join too',
  },
  {
    request: 'refresh',
    note: 'the new token is of the same app and `sub`, and still allows the joined room',
  },
  { request: 'ping', note: '' },
  { request: 'quality', note: 'counted, never acted upon' },
  { request: 'remove', grant: 'roomAdmin', note: 'reserved' },
  { request: 'mute', grant: 'roomAdmin', note: 'reserved' },
  { request: 'lock', grant: 'roomAdmin', note: 'reserved' },
  { request: 'close', grant: 'roomAdmin', note: 'reserved' },
]);
