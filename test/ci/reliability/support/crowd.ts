import { createSignalingClient, SignalingError } from '@parley/client';
import type { SignalingClient } from '@parley/client';
import { countConnections } from './connections.js';
import type { Connections } from './connections.js';
import { createLedger } from './ledger.js';
import type { Verdict } from './ledger.js';

/** Who takes part. */
export interface CrowdOptions {
  /** `http://…` of the gateways; every client knows all of them. */
  readonly urls: readonly string[];
  readonly rooms: number;
  readonly perRoom: number;
  /** How often each sends a numbered signal to each other one in its room, in ms. */
  readonly everyMs: number;
  /** Where tokens are needed: one for somebody in a room. */
  readonly token?: (room: string, identity: string) => string;
}

/** Clients of the SDK that send numbered signals to each other all the time. */
export interface Crowd {
  readonly clients: readonly SignalingClient[];
  readonly connections: Connections;
  /** Resolves when everybody is joined and sees everybody of its room; rejects after `withinMs`. */
  whole(withinMs: number): Promise<void>;
  /** Resolves when `count` further signals have arrived; rejects after 30 s. */
  delivered(count: number): Promise<void>;
  /** Everybody changes something of its own; resolves when everybody in each room has seen it. Rejects after 20 s. */
  changeAll(): Promise<void>;
  /** Stops sending, waits until all has arrived (20 s at most), and says what became of the signals and the people. */
  verdict(): Promise<Verdict>;
  leave(): Promise<void>;
}

const CHANGE_MS = 20_000;
const SLICE_MS = 50;

/** Joins everybody, and begins to send. */
export async function createCrowd({ urls, rooms, perRoom, everyMs, token }: CrowdOptions): Promise<Crowd> {
  const ledger = createLedger();
  const connections = countConnections();
  const addresses = urls.map((url) => `${url.replace('http', 'ws')}/v1/connect`);
  const run = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  const clients = Array.from({ length: rooms * perRoom }, (_, index) => {
    const room = `crowd-${run}-${Math.floor(index / perRoom)}`;
    const client = createSignalingClient({
      urls: addresses,
      room,
      ...(token && { token: () => token(room, `n${index}`) }),
      name: `n${index}`,
      WebSocket: connections.socketOf(index),
    });
    ledger.follow(client);
    return client;
  });
  for (let from = 0; from < clients.length; from += 20)
    await Promise.all(clients.slice(from, from + 20).map((client) => client.join()));
  const isWhole = (): boolean =>
    clients.every(({ state, roster }) => state.name === 'joined' && roster?.participants.size === perRoom);
  await until(isWhole, 20_000, 'not everybody is there');
  ledger.begin();
  connections.mark();
  // In slices, so that this process never stands still for long.
  const slices = Math.ceil(everyMs / SLICE_MS);
  let turn = 0;
  const timer = setInterval(() => {
    turn = (turn + 1) % slices;
    for (let index = turn; index < clients.length; index += slices) {
      const client = clients[index];
      if (client !== undefined) ledger.sendAround(client);
    }
  }, SLICE_MS);
  return {
    ...{ clients, connections },
    whole: (withinMs) => until(isWhole, withinMs, () => `not whole: ${missing(clients, perRoom)}`),
    delivered: (count) => {
      const goal = ledger.delivered() + count;
      return until(
        () => ledger.delivered() >= goal,
        30_000,
        () => `only ${ledger.delivered()} of ${goal}`,
      );
    },
    changeAll: () => changeAll(clients),
    async verdict() {
      clearInterval(timer);
      await until(() => ledger.outstanding() === 0, 20_000, '').catch(() => undefined);
      return ledger.verdict();
    },
    async leave() {
      clearInterval(timer);
      await Promise.all(clients.map((client) => client.leave()));
    },
  };
}

async function changeAll(clients: readonly SignalingClient[]): Promise<void> {
  const mark = String(Date.now());
  const end = Date.now() + CHANGE_MS;
  await Promise.all(clients.map((client) => change(client, mark, end)));
  const seen = ({ roster }: SignalingClient): boolean =>
    [...(roster?.participants.values() ?? [])].every(({ attributes }) => attributes['mark'] === mark);
  await until(() => clients.every(seen), CHANGE_MS, 'a change is not seen by everybody');
}

/** Asks again while the answer is that one may; any other refusal is a failure. */
async function change(client: SignalingClient, mark: string, end: number): Promise<void> {
  for (;;) {
    try {
      return await client.update({ attributes: { mark } });
    } catch (error) {
      if (!(error instanceof SignalingError) || error.retry === 'no' || Date.now() > end) throw error;
    }
  }
}

function missing(clients: readonly SignalingClient[], perRoom: number): string {
  const states = clients.filter(({ state }) => state.name !== 'joined').map(({ state }) => state.name);
  const rosters = clients.filter(({ roster }) => roster?.participants.size !== perRoom);
  return `${states.length} not joined (${[...new Set(states)].join(', ')}), ${rosters.length} with another roster`;
}

/** Looks every 50 ms. */
export async function until(
  check: () => boolean,
  withinMs: number,
  reason: string | (() => string),
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!check()) {
    if (Date.now() > end) {
      const words = typeof reason === 'string' ? reason : reason();
      throw new Error(`not within ${withinMs} ms: ${words}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
