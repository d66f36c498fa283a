import assert from 'node:assert/strict';
import { fence, ofType } from './native.js';
import type { Frame, Member, Position, RawClient } from './native.js';

/** One change of a batch. */
export type Change = Readonly<Record<string, unknown>> & { readonly what: string };

/** The changes that a batch carries. */
export function changesOf({ payload = '' }: Frame): Change[] {
  const changes: unknown = JSON.parse(payload);
  assert(Array.isArray(changes), `no array of changes: ${payload}`);
  return changes as Change[];
}

/** The first change of a kind that matches, with the position of its batch; other frames stay. */
export async function takeChange(
  client: RawClient,
  what: string,
  { matches = () => true, ms = 5_000 }: { matches?: (change: Change) => boolean; ms?: number } = {},
): Promise<{ change: Change; at: Position; batch: Frame }> {
  const fits = (change: Change): boolean => change.what === what && matches(change);
  const batch = await client.take((frame) => ofType('batch')(frame) && changesOf(frame).some(fits), ms);
  const change = changesOf(batch).find(fits);
  assert(change);
  return { change, at: batch.header['at'] as Position, batch };
}

/** Changes that have come and were not taken. */
export function waitingChanges(client: RawClient, what?: string): Change[] {
  const changes = client.waiting.filter(ofType('batch')).flatMap(changesOf);
  return what === undefined ? changes : changes.filter((change) => change.what === what);
}

/** Whether position `a` is after `b`. */
export function isAfter(a: Position, b: Position): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
}

/** Fails unless the batches, in the order in which they came, lead from `start` on without a gap; gives the end. */
export function followBatches(batches: readonly Frame[], start: Position): Position {
  let at = start;
  for (const { header, raw } of batches) {
    assert.deepEqual(header['prev'], at, raw);
    assert(isAfter(header['at'] as Position, at), raw);
    at = header['at'] as Position;
  }
  return at;
}

/** A signal from one member to another, and its arrival: whatever went before it between them has come, too. */
export async function exchange(from: Member, to: Member): Promise<void> {
  const kind = `fence-${Math.floor(performance.now() * 1_000)}`;
  from.frame({ type: 'signal', to: to.you, kind });
  await to.take(({ header }) => header['kind'] === kind && header['from'] === from.you);
  await fence(from);
}
