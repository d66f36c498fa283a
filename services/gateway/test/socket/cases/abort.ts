import { connect } from 'node:net';

import { expect, test } from 'vitest';

import { ask, upgradeRequest } from '../raw-client.js';
import { eventually, rig, wsClient } from '../rig.js';
import type { Driver, Rig } from '../rig.js';

const TOTAL = 10_000;
const BATCH = 100;

/** A small seeded generator (mulberry32): the same aborts each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i += 1) await new Promise((turn) => setImmediate(turn));
};

/** U3: ten thousand upgrades aborted at random points. */
export function abortCases(driver: Driver): void {
  test(
    'U3 10,000 upgrades aborted at random points leave no crash and no pending entry',
    { timeout: 120_000 },
    async () => {
      const random = seeded(20);
      let calm = false;
      const server = await rig(driver, {
        decide: (accept) => async () => {
          if (calm) return accept;
          const fate = random();
          if (fate < 0.25) await new Promise(() => undefined);
          await turns(Math.floor(random() * 6));
          if (fate > 0.9) throw new Error('decide failed');
          return fate > 0.8 ? { refuse: { status: 401 } } : accept;
        },
      });
      const idle = server.clock.pending;
      for (let done = 0; done < TOTAL; done += BATCH) {
        await Promise.all(Array.from({ length: BATCH }, () => abortOne(server, random)));
        // Answered after all that were accepted before it: the listen queue never overflows.
        await ask(server.port, 'GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n');
      }
      await eventually(() => {
        const open = server.seen.filter(({ closed }) => closed.length === 0).length;
        if (open > 0) return `${open} sockets open`;
        return server.clock.pending === idle ? undefined : `${server.clock.pending - idle} pending`;
      }, 60_000);
      // Both happened: some had been accepted when they were aborted, some had not.
      expect(server.seen.length).toBeGreaterThan(1_000);
      expect(server.seen.length).toBeLessThan(TOTAL);
      expect(server.seen.every(({ closed }) => closed.length === 1)).toBe(true);
      expect(new Set(server.faults.map(({ where }) => where))).toEqual(new Set(['upgrade']));
      calm = true;
      const client = await wsClient(server.port);
      expect(client.readyState).toBe(client.OPEN);
    },
  );
}

/** Connects, sends all or a part of the request, and goes away after some turns: by FIN or by RST. */
async function abortOne({ port }: Rig, random: () => number): Promise<void> {
  const request = upgradeRequest();
  const sent = random() < 0.2 ? request.slice(0, Math.floor(random() * request.length)) : request;
  const [patience, byReset] = [Math.floor(random() ** 3 * 120), random() < 0.5];
  const tcp = connect(port, '127.0.0.1');
  tcp.on('error', () => undefined);
  tcp.resume();
  await new Promise<void>((resolve) => tcp.once('connect', resolve).once('close', () => resolve()));
  if (sent !== '') tcp.write(sent);
  await turns(patience);
  if (byReset) tcp.resetAndDestroy();
  else tcp.destroy();
}
