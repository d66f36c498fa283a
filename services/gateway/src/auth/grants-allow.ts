import type { Grants } from '@parley/kit';
import type { LinkHeader } from '@parley/protocol';

import { GRANT_TABLE } from './grant-table.js';
import type { GrantRow } from './grant-table.js';

/** What of a request decides. */
export interface GatedHeader {
  readonly type: string;
  readonly room?: string;
  readonly link?: LinkHeader;
}

const ROWS: ReadonlyMap<string, GrantRow> = new Map(GRANT_TABLE.map((row) => [row.request, row]));

/**
 * Whether these grants allow this request; what the table does not know is not allowed. `hasPayload` matters for signals:
 * an acknowledgement alone is always allowed, so that a participant that may only listen does not make others resend.
 * The answer to `false` is `forbidden`, for a room that exists as for one that does not (X6).
 */
export function grantsAllow(grants: Grants, header: GatedHeader, hasPayload = true): boolean {
  const row = ROWS.get(header.type);
  if (row === undefined) return false;
  if (header.type === 'signal' && header.link?.[1] === 0 && !hasPayload) return true;
  if (row.grant !== undefined && !grants[row.grant]) return false;
  return header.type !== 'join' || allowsRoom(grants, header.room);
}

/** Whether `room` is one that these grants are for; `roomJoin` is not looked at. */
export function allowsRoom(grants: Grants, room: string | undefined): boolean {
  return room !== undefined && (grants.room === undefined || grants.room === room);
}
