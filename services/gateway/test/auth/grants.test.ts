import { readFileSync } from 'node:fs';

import { parseGrants } from '@parley/kit';
import type { Grants } from '@parley/kit';
import { describe, expect, test } from 'vitest';

import { GRANT_TABLE } from '../../src/auth/grant-table.js';
import { grantsAllow } from '../../src/auth/grants-allow.js';
import { profileOf } from '../../src/auth/profile.js';
import { refreshAllowed } from '../../src/auth/refresh-allowed.js';

const NONE: Grants = {
  roomJoin: false,
  roomAdmin: false,
  canPublish: false,
  canPublishData: false,
  canUpdateOwnMetadata: false,
  hidden: false,
};
const ALL: Grants = {
  roomJoin: true,
  roomAdmin: true,
  canPublish: true,
  canPublishData: true,
  canUpdateOwnMetadata: true,
  hidden: false,
};
const verified = { app: 'default', sub: 'ann', expiresAt: 0, grants: ALL };

describe('grants', () => {
  test('each request needs exactly the grant of its row, or none', () => {
    for (const { request, grant } of GRANT_TABLE) {
      const header = { type: request, room: 'standup' };
      expect(grantsAllow(ALL, header), request).toBe(true);
      expect(grantsAllow(NONE, header), request).toBe(grant === undefined);
      if (grant === undefined) continue;
      expect(grantsAllow({ ...ALL, [grant]: false }, header), request).toBe(false);
      expect(grantsAllow({ ...NONE, [grant]: true }, header), request).toBe(true);
    }
  });

  test('what the table does not know is not allowed', () => {
    for (const type of ['', 'signals', '__proto__', 'constructor'])
      expect(grantsAllow(ALL, { type })).toBe(false);
  });

  test('X6 a join is for the room of the token, exactly; without one for any', () => {
    const only = { ...ALL, room: 'standup' };
    expect(grantsAllow(only, { type: 'join', room: 'standup' })).toBe(true);
    for (const room of ['Standup', 'standup ', 'other', '', undefined]) {
      expect(grantsAllow(only, { type: 'join', ...(room !== undefined && { room }) })).toBe(false);
    }
    expect(grantsAllow(ALL, { type: 'join', room: 'other' })).toBe(true);
    expect(grantsAllow(ALL, { type: 'join' })).toBe(false);
  });

  test('an acknowledgement alone needs no canPublish, a payload behind it does', () => {
    expect(grantsAllow(NONE, { type: 'signal', link: [1, 0, 7] }, false)).toBe(true);
    expect(grantsAllow(NONE, { type: 'signal', link: [1, 0, 7] }, true)).toBe(false);
    expect(grantsAllow(NONE, { type: 'signal', link: [1, 0, 7] })).toBe(false);
    expect(grantsAllow(NONE, { type: 'signal', link: [1, 1, 7] }, false)).toBe(false);
    expect(grantsAllow(NONE, { type: 'signal' }, false)).toBe(false);
  });

  test('absent grants mean what they mean to LiveKit', () => {
    expect(parseGrants(undefined)).toMatchObject({ roomJoin: false, canPublish: true, canPublishData: true });
    expect(parseGrants({ roomJoin: true })).toEqual({
      roomJoin: true,
      roomAdmin: false,
      canPublish: true,
      canPublishData: true,
      canUpdateOwnMetadata: false,
      hidden: false,
    });
    expect(parseGrants({ canPublish: false })).toMatchObject({ canPublish: false, canPublishData: false });
    expect(parseGrants({ canPublish: false, canPublishData: true })).toMatchObject({ canPublishData: true });
  });

  test('docs/TOKENS.md has exactly the rows of the table', () => {
    const page = readFileSync(new URL('../../../../docs/TOKENS.md', import.meta.url), 'utf8');
    const section = page
      .split('<!-- grants: compared with the source by a test -->')[1]
      ?.split('<!-- /grants -->')[0];
    const rows = (section ?? '').split('\n').filter((line) => line.startsWith('| `'));
    const cells = rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    const quoted = (name: string | undefined): string => (name === undefined ? '' : `\`${name}\``);
    expect(cells).toEqual(
      GRANT_TABLE.map(({ request, grant, note }) => [quoted(request), quoted(grant), note]),
    );
  });
});

describe('X4 refresh', () => {
  test('X4 takes a token of the same app and identity that still allows the room', () => {
    expect(refreshAllowed(verified, verified, 'standup')).toBe(true);
    expect(refreshAllowed(verified, { ...verified, sub: 'bob' }, 'standup')).toBe(false);
    expect(refreshAllowed(verified, { ...verified, app: 'other' }, undefined)).toBe(false);
    expect(refreshAllowed(verified, { ...verified, grants: { ...ALL, room: 'other' } }, 'standup')).toBe(
      false,
    );
    expect(refreshAllowed(verified, { ...verified, grants: { ...ALL, roomJoin: false } }, 'standup')).toBe(
      false,
    );
    expect(refreshAllowed(verified, { ...verified, grants: NONE }, undefined)).toBe(true);
  });
});

describe('profile', () => {
  const join = { name: 'Admin', attributes: { role: 'host' } };

  test('X5 what the token says holds, unless it lets the client choose', () => {
    const token = { ...verified, name: 'Ann', attributes: { role: 'guest' }, grants: NONE };
    expect(profileOf(token, join)).toEqual({ name: 'Ann', attributes: { role: 'guest' }, kind: 'standard' });
    expect(profileOf({ ...token, grants: ALL }, join)).toEqual({ ...join, kind: 'standard' });
    expect(profileOf({ ...token, grants: ALL }, {})).toMatchObject({
      name: 'Ann',
      attributes: { role: 'guest' },
    });
  });

  test('what the token does not mention the client chooses; the identity is never shown', () => {
    expect(profileOf({ ...verified, grants: NONE }, join)).toMatchObject(join);
    expect(profileOf({ ...verified, grants: NONE }, {})).toEqual({
      name: '',
      attributes: {},
      kind: 'standard',
    });
    expect(profileOf({ ...verified, grants: { ...NONE, hidden: true } }, {})).toMatchObject({
      kind: 'hidden',
    });
  });
});
