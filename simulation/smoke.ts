import { createHash } from 'node:crypto';
import { BusError } from '@parley/bus';
import type { Bus } from '@parley/bus';
import { createSeededRandom, createVirtualClock } from '@parley/testkit';
import type { SeededRandom, VirtualClock } from '@parley/testkit';
import { createCluster } from './cluster.js';
import { createCutOff } from './cut-off.js';
import type { CutOff } from './cut-off.js';
import { createFaultyStore } from './faulty-store.js';
import type { FaultyStore } from './faulty-store.js';
import type { Cluster } from './cluster.js';
import { checkSettled } from './invariants.js';
import type { SentSignal } from './invariants.js';
import { createSignalingClient } from './signaling-client.js';
import type { SignalingClient } from './signaling-client.js';
import { traced } from './trace.js';
import type { Trace } from './trace.js';

/** What one run showed. */
export interface SmokeResult {
  /** Of everything that every client saw, with its virtual time: equal for equal seeds. */
  readonly history: string;
  /** What was violated, in words; empty if nothing was. */
  readonly violations: readonly string[];
  readonly signals: number;
  readonly faults: number;
  /** How often a gateway told its clients that it was cut off, and connections that were moved at the end of their life. */
  readonly departures: { readonly degraded: number; readonly rebalanced: number };
}

/** What of a run may be chosen beside its seed. */
export interface SmokeOptions {
  /** Share of bus messages lost in the first minute; default 0.05. */
  readonly loss?: number;
  /** Whether the store is also wiped, set back and out for a while; default false. */
  readonly storeFaults?: boolean;
  /** Whether clients also ask for room messages; default false. */
  readonly messages?: boolean;
  /** Whether the bus falls silent to gateways and owners, one at a time; default false. */
  readonly cutOffs?: boolean;
  /** The mean life of connections, in ms; default: as long as they last. */
  readonly lifetimeMs?: number;
  /**
   * Bus messages that hold a match never arrive, as if the code that sends them were missing: the way to see that the
   * checks can fail.
   */
  readonly missing?: RegExp;
  /** Told of every fault and every record of rooms. */
  readonly trace?: Trace;
}

const ROOMS = ['red', 'green', 'blue'];
const CLIENTS = 10;
const BUSY_MS = 60_000;
const HEAL_MS = 60_000;

const decoder = new TextDecoder();

interface Run {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  readonly cluster: Cluster;
  readonly clients: (SignalingClient & { readonly room: string })[];
  readonly sent: SentSignal[];
  readonly store: FaultyStore;
  readonly cutOff: CutOff;
  readonly faults: { loss: number; storeOut: boolean; count: number };
  readonly options: SmokeOptions;
}

/** Two gateways, two rooms replicas and ten clients for two virtual minutes, with faults in the first. */
export async function runSmoke(seed: number, options: SmokeOptions = {}): Promise<SmokeResult> {
  const clock = createVirtualClock();
  const random = createSeededRandom(seed);
  const faults = { loss: 0, storeOut: false, count: 0 };
  const losses = random.fork('bus losses');
  const { trace = () => undefined, missing } = options;
  const isLost = (payload: Uint8Array): boolean =>
    losses.chance(faults.loss) || missing?.test(decoder.decode(payload)) === true;
  const cutOff = createCutOff();
  const wire = (bus: Bus, process: string): Bus =>
    traced(lossy(cutOff.wire(bus, process), isLost), process, { clock, trace });
  const store = createFaultyStore(() => faults.storeOut);
  const cluster = createCluster({
    clock,
    random,
    wire,
    store,
    connectionLifetimeMs: options.lifetimeMs ?? 0,
  });
  const run: Run = { clock, random, cluster, store, cutOff, clients: [], sent: [], faults, options };
  await inTime(clock, startAll(run));
  schedule(run);
  await clock.advance(BUSY_MS);
  faults.loss = 0;
  await clock.advance(HEAL_MS);
  const seen = run.clients.map(({ name, id, roster, received, sawLeave }) => ({
    ...{ name, id: id(), roster: roster()?.at, sawLeave },
    received: [...received],
  }));
  return {
    history: createHash('sha256').update(JSON.stringify(seen)).digest('hex'),
    violations: checkSettled(cluster, run.clients, run.sent),
    signals: run.sent.length,
    faults: faults.count,
    departures: cluster.departures(),
  };
}

/** What needs virtual time to happen is awaited while that time passes. */
async function inTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let done = false;
  const result = work.finally(() => (done = true));
  for (let i = 0; i < 1_000 && !done; i += 1) await clock.advance(10);
  return result;
}

async function startAll({ cluster, clients, clock, random }: Run): Promise<void> {
  for (const name of ['r1', 'r2']) await cluster.startRooms(name);
  for (const name of ['g1', 'g2']) await cluster.startGateway(name);
  for (let i = 0; i < CLIENTS; i += 1) {
    const room = ROOMS[i % ROOMS.length] as string;
    const name = `client ${i}`;
    const client = createSignalingClient({
      ...{ name, room, clock, sockets: cluster.sockets },
      random: random.fork(name),
      gateways: () => [...cluster.gateways.keys()],
    });
    clients.push(Object.assign(client, { room }));
    clock.after(random.below(2_000), client.start);
  }
}

type Schedule = (name: string, between: readonly [from: number, to: number], act: () => void) => void;

function schedule(run: Run): void {
  const { clock, random, clients, faults, options } = run;
  const sometime: Schedule = (_name, [from, to], act) =>
    void clock.after(from + random.below(to - from), act);
  const fault: Schedule = (name, between, act) =>
    sometime(name, between, () => {
      faults.count += 1;
      options.trace?.(`${clock.now()} FAULT ${name}`);
      act();
    });
  for (let i = 0; i < 500; i += 1) sometime('signal', [3_000, BUSY_MS], () => sendSomething(run));
  for (let i = 0; i < 20; i += 1)
    fault('socket cut', [5_000, BUSY_MS], () => random.pick(clients.filter(({ ended }) => !ended())).cut());
  fault('bus loss', [8_000, 12_000], () => (faults.loss = options.loss ?? 0.05));
  fault('client 0 leaves', [20_000, BUSY_MS], () => clients[0]?.leave());
  fault('client 1 vanishes', [20_000, BUSY_MS], () => clients[1]?.vanish());
  loseProcesses(run, fault);
  if (options.storeFaults === true) spoilStore(run, sometime, fault);
  if (options.messages === true) sendMessages(run);
  if (options.cutOffs === true) cutOffProcesses(run, fault);
}

/** Everybody at once each 1 to 3 s, so that several wait for a room that is being looked for. */
function sendMessages({ clock, random, clients }: Run): void {
  for (let at = 5_000; at < BUSY_MS; at += 1_000 + random.below(2_000)) {
    clock.after(at, () => clients.forEach(({ message }, index) => message(`${at}/${index}`)));
  }
}

function loseProcesses({ clock, cluster }: Run, fault: Schedule): void {
  fault('rooms replica killed', [15_000, 25_000], () => {
    cluster.rooms.get('r1')?.kill();
    clock.after(10_000, () => void cluster.startRooms('r3'));
  });
  fault('gateway killed', [30_000, 40_000], () => {
    cluster.gateways.get('g1')?.kill();
    clock.after(5_000, () => void cluster.startGateway('g3'));
  });
  fault('gateway terminated', [50_000, 55_000], () => {
    void cluster.gateways.get('g2')?.terminate(5_000);
    clock.after(1_000, () => void cluster.startGateway('g4'));
  });
}

/** Each for up to 12 s, at times at which the rest of its kind is there. */
function cutOffProcesses({ clock, random, cluster, cutOff }: Run, fault: Schedule): void {
  const silence = (all: ReadonlyMap<string, unknown>): void => {
    const name = random.pick([...all.keys()]);
    cutOff.begin(name);
    clock.after(1_000 + random.below(11_000), () => cutOff.end(name));
  };
  fault('owner cut off', [3_000, 5_000], () => silence(cluster.rooms));
  fault('gateway cut off', [10_000, 16_000], () => silence(cluster.gateways));
  fault('gateway cut off again', [42_000, 44_000], () => silence(cluster.gateways));
}

function spoilStore({ clock, random, store, faults }: Run, sometime: Schedule, fault: Schedule): void {
  fault('store wiped', [10_000, 50_000], store.wipe);
  sometime('store remembers', [10_000, 40_000], store.remember);
  fault('store went back', [40_000, 50_000], store.goBack);
  fault('store out', [20_000, 40_000], () => {
    faults.storeOut = true;
    clock.after(random.below(8_000), () => (faults.storeOut = false));
  });
}

function sendSomething({ random, clients, sent }: Run): void {
  const present = clients.filter(({ ended }) => !ended());
  const from = random.pick(present);
  const to = random.pick(present.filter((client) => client !== from && client.room === from.room));
  const [fromId, toId] = [from.id(), to.id()];
  if (fromId === undefined || toId === undefined || from.roster()?.participants.has(toId) !== true) return;
  const number = sent.filter((signal) => signal.from === fromId && signal.to === toId).length;
  const signal = { from: fromId, to: toId, number };
  if (from.send(toId, JSON.stringify(signal)) === 'queued') sent.push(signal);
}

/** The bus contract allows loss, not reordering; a publisher is not told of it. */
function lossy(bus: Bus, isLost: (payload: Uint8Array) => boolean): Bus {
  return {
    ...bus,
    publish: (subject, payload) => {
      if (subject.startsWith('canary.') || !isLost(payload)) return bus.publish(subject, payload);
      return payload.length > 1 << 20
        ? Promise.reject(new BusError('too-large'))
        : Promise.resolve(undefined);
    },
  };
}
