import type { Listing } from '@parley/protocol/internal';
import { expect } from 'vitest';
import { joinCommand, ROOM } from './fake-owner.js';
import { createSession } from './rig.js';
import type { FakeSession, Rig, Sent } from './rig.js';

/** Joins and attaches, one after the other. */
export async function enter(rig: Rig, ...ids: readonly string[]): Promise<FakeSession[]> {
  const sessions: FakeSession[] = [];
  for (const id of ids) {
    const session = createSession(id);
    const joining = rig.copies.join(ROOM, joinCommand(id)).then((reply) => {
      expect(reply).toMatchObject({ ok: true, you: id });
      rig.copies.attach(ROOM, session);
    });
    await rig.clock.advance(100);
    await joining;
    sessions.push(session);
  }
  return sessions;
}

/** The listings that were sent. */
export function listings(rig: Rig): Listing[] {
  return rig.sent.flatMap(({ record }) => (record.type === 'listing' ? [record.listing] : []));
}

/** The digest parts that were sent to one owner. */
export function digestsTo(rig: Rig, owner: string): (Sent & { record: { type: 'digest' } })[] {
  return rig.sent.filter(
    (sent): sent is Sent & { record: { type: 'digest' } } =>
      sent.to === owner && sent.record.type === 'digest',
  );
}
