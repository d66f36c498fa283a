import fc from 'fast-check';

import type { Attributes, ParticipantKind, Position } from '../../src/index.js';
import type { Member, RoomBatch, RoomChange, RoomState } from '../../src/internal/index.js';

const text = fc.string({ unit: 'grapheme', maxLength: 8 });
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true });

export const position: fc.Arbitrary<Position> = fc.tuple(
  fc.integer({ min: 0, max: 2 ** 52 }),
  fc.integer({ min: 0, max: 2 ** 31 }),
);
export const participantId = fc.constantFrom('p_a', 'p_b', 'p_c', 'p_d');
const kind = fc.constantFrom<ParticipantKind>('standard', 'hidden', 'agent', 'recorder', 'sfu');
const n = fc.nat({ max: 5 });

export const member: fc.Arbitrary<Member> = fc.record({
  id: participantId,
  sub: text,
  keyHash: text,
  n,
  gateway: fc.constantFrom('g_1', 'g_2'),
  online: fc.boolean(),
  name: text,
  kind,
  caps: fc.array(text, { maxLength: 2 }),
  attributes,
  cmd: n,
  cmdAt: position,
  since: position,
});

/** The room before everything, and rooms in the middle of their lives (epochs from 100 on). */
export const room: fc.Arbitrary<RoomState> = fc
  .record({
    name: text,
    epoch: fc.integer({ min: 100, max: 200 }),
    version: fc.integer({ min: 1, max: 99 }),
    locked: fc.boolean(),
    size: fc.integer({ min: 1, max: 9 }),
    members: fc.uniqueArray(member, { selector: ({ id }) => id }),
  })
  .map(({ epoch, version, members, ...rest }) => ({
    ...rest,
    app: 'default',
    at: [epoch, version],
    past: { terms: [[7, 3] as const], cut: false },
    members: new Map(members.map((one) => [one.id, one])),
  }));

/** One change, as an owner may make it of that room. */
export function changeOf(state: RoomState): fc.Arbitrary<RoomChange> {
  const id = fc.constantFrom(...state.members.keys(), 'p_nobody');
  return fc.oneof(
    member.map((one): RoomChange => ({ what: 'joined', member: one })),
    id.map((one): RoomChange => ({ what: 'left', id: one, reason: 'left' })),
    fc.record({ what: fc.constant('bound' as const), id, n, gateway: fc.constantFrom('g_1', 'g_3') }),
    fc.record({ what: fc.constant('away' as const), id, n }),
    fc.record({ what: fc.constant('updated' as const), id, cmd: n, name: text }),
    fc.record({ what: fc.constant('updated' as const), id, cmd: n, attributes }),
    fc.record({ what: fc.constant('message' as const), from: id, cmd: n, data: text }),
    fc.record({ what: fc.constant('settings' as const), locked: fc.boolean() }),
    fc.record({ what: fc.constant('settings' as const), size: fc.integer({ min: 1, max: 9 }) }),
  );
}

/** A room and a batch that follows it, in the same term or a later one. */
export const step: fc.Arbitrary<{ readonly state: RoomState; readonly batch: RoomBatch }> = room.chain(
  (state) =>
    fc
      .record({ changes: fc.array(changeOf(state), { maxLength: 4 }), term: fc.nat({ max: 1 }) })
      .map(({ changes, term }) => {
        const at: Position = [state.at[0] + term, state.at[1] + 1];
        return { state, batch: { at, prev: state.at, changes } };
      }),
);
