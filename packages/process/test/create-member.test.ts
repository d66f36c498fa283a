import { createMemoryBroker } from '@parley/bus';
import type { Role } from '@parley/bus';
import { nullTelemetry } from '@parley/kit';
import { createVirtualClock } from '@parley/testkit';
import { expect, test } from 'vitest';
import { createMember } from '../src/index.js';

function rig(role: Role) {
  const clock = createVirtualClock();
  const broker = createMemoryBroker(clock);
  const state = { draining: false, storeFresh: true };
  const member = createMember({
    ...{ bus: broker.connect(), clock, telemetry: nullTelemetry, id: 'x_1', role },
    storeFresh: () => state.storeFresh,
  });
  member.endpoint.onRecord((from, record) => void member.directory.hear(from, record));
  member.carry({ draining: () => state.draining });
  const self = () => member.directory.live(role).find(({ id }) => id === 'x_1');
  return { clock, state, member, self };
}

test('a rooms replica can own rooms while its store answers and it is not draining', async () => {
  const { clock, state, member, self } = rig('rooms');
  void member.start();
  await clock.advance(3_000);
  expect(self()).toMatchObject({ canOwn: true, draining: false });
  state.storeFresh = false;
  await clock.advance(2_000);
  expect(self()).toMatchObject({ canOwn: false });
  Object.assign(state, { storeFresh: true, draining: true });
  await clock.advance(2_000);
  expect(self()).toMatchObject({ canOwn: false, draining: true });
});

test('other roles never own rooms', async () => {
  const { clock, member, self } = rig('gateway');
  void member.start();
  await clock.advance(3_000);
  expect(self()).toMatchObject({ canOwn: false, draining: false });
});

test('healthy time stands still while the store does not answer', async () => {
  const { clock, state, member } = rig('rooms');
  void member.start();
  await clock.advance(3_000);
  const before = member.healthy.now();
  await clock.advance(2_000);
  expect(member.healthy.now() - before).toBeGreaterThanOrEqual(1_500);
  state.storeFresh = false;
  await clock.advance(1_000);
  const stopped = member.healthy.now();
  await clock.advance(10_000);
  expect(member.healthy.now()).toBe(stopped);
});
