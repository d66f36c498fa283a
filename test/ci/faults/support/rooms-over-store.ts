import { createDirectory, createEndpoint, createMemoryBroker } from '@parley/bus';
import { createSystemRandom, nullTelemetry } from '@parley/kit';
import { decodeBody, encodeBody } from '@parley/protocol/internal';
import type { OwnerReply } from '@parley/protocol/internal';
import { createRooms } from '@parley/rooms';
import type { Store } from '@parley/rooms';
import { eventually } from '@parley/testkit';
import { clock } from './proxied-server.js';

/** A rooms replica over a store under test, and somebody who asks it, on a bus that nothing happens to. */
export interface RoomsOverStore {
  /** A fresh join, or the same again by the same key. Rejects after 10 s. */
  join(room: string, key: string, n?: number): Promise<OwnerReply>;
  stop(): Promise<void>;
}

/** Starts them; resolves once joins are taken. As many commits a second as the store can do. */
export async function startRoomsOver(store: Store): Promise<RoomsOverStore> {
  const broker = createMemoryBroker(clock);
  const bus = broker.connect();
  const endpoint = createEndpoint({ bus, timers: clock, id: 'r_1' });
  const directory = createDirectory({
    ...{ endpoint, timers: clock, healthy: clock },
    self: () => ({ role: 'rooms', canOwn: true, draining: false }),
  });
  const rooms = createRooms({
    ...{ bus, endpoint, directory, store, clock, healthy: clock },
    ...{ random: createSystemRandom(), telemetry: nullTelemetry },
    // Nobody is made away because the asker sends no heartbeats.
    config: { maxCommitsPerSecond: 1_000_000, warmMs: 3_600_000 },
  });
  const asker = createEndpoint({ bus: broker.connect(), timers: clock, id: 'g_1' });
  for (const service of [rooms, endpoint, asker]) await service.start();
  directory.start();
  await eventually(clock, () => (rooms.ready() ? undefined : 'rooms is not ready'));
  return {
    join: async (room, key, n = 1) => {
      const command = {
        ...{ do: 'join' as const, keyHash: key, sub: key, n, gateway: 'g_1', name: key },
        ...{ kind: 'standard' as const, caps: [], attributes: {}, size: 64 },
      };
      const body = encodeBody({ type: 'command', app: 'default', room, command });
      const reply = decodeBody<OwnerReply>(await asker.request('r_1', body, { deadlineMs: 10_000 }));
      if (reply === undefined) throw new Error('the reply cannot be read');
      return reply;
    },
    stop: async () => {
      directory.stop();
      await rooms.stop();
      await endpoint.close();
      await asker.close();
    },
  };
}

/** Whether the join was applied. */
export function isDone(reply: OwnerReply | Error): boolean {
  return !(reply instanceof Error) && reply.type === 'done' && reply.reply.ok;
}
