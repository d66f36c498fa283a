import { BusError } from '../src/index.js';
import type { Bus } from '../src/index.js';

/** A fault of a driver, and the case of the suite that must find it. */
export interface BrokenBus {
  readonly fault: string;
  readonly foundBy: string;
  readonly wrap: (bus: Bus) => Bus;
}

type Receive = (payload: Uint8Array) => void;

/** Each spoils one thing of a sound bus. Several are needed on one client, so state lives in the wrapper's call. */
export const brokenBuses: readonly BrokenBus[] = [
  {
    fault: 'drops one message in ten',
    foundBy: 'B2-1',
    wrap: (bus) => {
      let count = 0;
      return { ...bus, publish: async (s, p) => (++count % 10 === 0 ? 1 : bus.publish(s, p)) };
    },
  },
  { fault: 'swaps neighbours', foundBy: 'B2-1', wrap: swapping },
  { fault: 'swaps neighbours', foundBy: 'B12-7', wrap: swapping },
  {
    fault: 'lets small messages overtake large ones',
    foundBy: 'B2-3',
    wrap: (bus) => ({
      ...bus,
      publish: async (s, p) => {
        const copy = new Uint8Array(p);
        if (copy.length > 1000) await new Promise(setImmediate);
        return bus.publish(s, copy);
      },
    }),
  },
  {
    fault: 'subscribes only after subscribe resolved',
    foundBy: 'B1-2',
    wrap: (bus) => ({
      ...bus,
      subscribe: async (s, r) => {
        setImmediate(() => void bus.subscribe(s, r));
        return { unsubscribe: async () => undefined };
      },
    }),
  },
  {
    fault: 'matches subjects by their beginning',
    foundBy: 'B1-4',
    wrap: (bus) => ({
      ...bus,
      publish: (s, p) => bus.publish(s.slice(0, 8), p),
      subscribe: (s, r) => bus.subscribe(s.slice(0, 8), r),
    }),
  },
  { fault: 'keeps messages for later subscribers', foundBy: 'B1-5', wrap: withMemory() },
  {
    fault: 'counts nobody',
    foundBy: 'B1-6',
    wrap: (bus) => ({ ...bus, publish: async (s, p) => (await bus.publish(s, p), 0) }),
  },
  {
    fault: 'counts too many',
    foundBy: 'B1-6',
    wrap: (bus) => ({ ...bus, publish: async (s, p) => ((await bus.publish(s, p)) ?? 0) + 1 }),
  },
  {
    fault: 'delivers twice',
    foundBy: 'B3-1',
    wrap: (bus) => ({ ...bus, publish: async (s, p) => (await bus.publish(s, p), bus.publish(s, p)) }),
  },
  { fault: 'does not deliver own messages', foundBy: 'B3-1', wrap: withoutEcho },
  { fault: 'does not deliver own messages', foundBy: 'B12-8', wrap: withoutEcho },
  {
    fault: 'never unsubscribes',
    foundBy: 'B4-1',
    wrap: (bus) => ({
      ...bus,
      subscribe: async (s, r) => (await bus.subscribe(s, r), { unsubscribe: async () => undefined }),
    }),
  },
  {
    fault: 'delivers what was under way after unsubscribe',
    foundBy: 'B4-2',
    wrap: (bus) => ({
      ...bus,
      subscribe: async (s, r) => {
        const inner = await bus.subscribe(s, r);
        return {
          unsubscribe: async () => void setImmediate(() => setImmediate(() => void inner.unsubscribe())),
        };
      },
    }),
  },
  {
    fault: 'unsubscribes the whole subject',
    foundBy: 'B4-3',
    wrap: (bus) => sharing(bus, { endsAll: true }),
  },
  {
    fault: 'reads the payload later',
    foundBy: 'B5-1',
    wrap: (bus) => ({ ...bus, publish: async (s, p) => (await Promise.resolve(), bus.publish(s, p)) }),
  },
  {
    fault: 'gives all receivers of a client the same bytes',
    foundBy: 'B5-2',
    wrap: (bus) => sharing(bus, {}),
  },
  {
    fault: 'sends the whole buffer of a view',
    foundBy: 'B5-4',
    wrap: (bus) => ({ ...bus, publish: (s, p) => bus.publish(s, new Uint8Array(p.buffer as ArrayBuffer)) }),
  },
  {
    fault: 'copies with slice, which does not copy a Buffer',
    foundBy: 'B5-4',
    wrap: (bus) => ({
      ...bus,
      publish: async (s, p) => {
        const kept = p.slice();
        await Promise.resolve();
        return bus.publish(s, kept);
      },
    }),
  },
  {
    fault: 'drops empty payloads',
    foundBy: 'B5-5',
    wrap: (bus) => ({ ...bus, publish: async (s, p) => (p.length === 0 ? 1 : bus.publish(s, p)) }),
  },
  {
    fault: 'cuts large payloads',
    foundBy: 'B5-6',
    wrap: (bus) => ({ ...bus, publish: (s, p) => bus.publish(s, p.subarray(0, 100_000)) }),
  },
  { fault: 'delivers inside publish', foundBy: 'B6-1', wrap: synchronous },
  { fault: 'delivers inside publish', foundBy: 'B6-2', wrap: synchronous },
  {
    fault: 'trims subjects',
    foundBy: 'B7-1',
    wrap: (bus) => ({
      ...bus,
      publish: (s, p) => bus.publish(s.trim(), p),
      subscribe: (s, r) => bus.subscribe(s.trim(), r),
    }),
  },
  {
    fault: 'takes * for a wildcard',
    foundBy: 'B7-2',
    wrap: (bus) => ({ ...bus, subscribe: (s, r) => bus.subscribe(s.replace(/a\*$/, 'ab'), r) }),
  },
  {
    fault: 'does not tell what it dropped',
    foundBy: 'B8-1',
    wrap: (bus) => ({ ...bus, onStatus: () => () => undefined }),
  },
  { fault: 'lets a throw end the others', foundBy: 'B10-1', wrap: (bus) => sharing(bus, {}) },
  {
    fault: 'rejects a second close',
    foundBy: 'B11-1',
    wrap: (bus) => {
      let closed = false;
      return {
        ...bus,
        close: async () => {
          if (closed) throw new BusError('closed');
          closed = true;
          await bus.close();
        },
      };
    },
  },
  {
    fault: 'takes publishes after close',
    foundBy: 'B11-2',
    wrap: (bus) => ({ ...bus, publish: (s, p) => bus.publish(s, p).catch(() => 0) }),
  },
  { fault: 'closes nothing', foundBy: 'B11-3', wrap: (bus) => ({ ...bus, close: async () => undefined }) },
  { fault: 'closes nothing', foundBy: 'B11-4', wrap: (bus) => ({ ...bus, close: async () => undefined }) },
];

function swapping(bus: Bus): Bus {
  let held: { subject: string; payload: Uint8Array } | undefined;
  return {
    ...bus,
    publish: async (subject, payload) => {
      const earlier = held;
      held = earlier === undefined ? { subject, payload: new Uint8Array(payload) } : undefined;
      if (earlier === undefined) return 1;
      const receivers = await bus.publish(subject, payload);
      await bus.publish(earlier.subject, earlier.payload);
      return receivers;
    },
  };
}

function synchronous(bus: Bus): Bus {
  const receivers = new Map<string, Set<Receive>>();
  return {
    ...bus,
    publish: async (subject, payload) => {
      const present = receivers.get(subject) ?? [];
      for (const receive of present) receive(new Uint8Array(payload));
      return [...present].length;
    },
    subscribe: async (subject, receive) => {
      const present = receivers.get(subject) ?? new Set();
      receivers.set(subject, present.add(receive));
      return { unsubscribe: async () => void present.delete(receive) };
    },
  };
}

/** A client that ignores every payload that it has published itself. */
function withoutEcho(bus: Bus): Bus {
  const own = new Set<string>();
  return {
    ...bus,
    publish: async (subject, payload) => {
      own.add(payload.join());
      return bus.publish(subject, payload);
    },
    subscribe: (subject, receive) =>
      bus.subscribe(subject, (payload) => (own.has(payload.join()) ? undefined : receive(payload))),
  };
}

/** One subscription a subject below, fanned out here without care. */
function sharing(bus: Bus, { endsAll = false }: { endsAll?: boolean }): Bus {
  const receivers = new Map<string, Set<Receive>>();
  return {
    ...bus,
    subscribe: async (subject, receive) => {
      const present = receivers.get(subject) ?? new Set<Receive>();
      present.add(receive);
      if (!receivers.has(subject)) {
        receivers.set(subject, present);
        await bus.subscribe(subject, (payload) => present.forEach((each) => each(payload)));
      }
      return { unsubscribe: async () => (endsAll ? present.clear() : void present.delete(receive)) };
    },
  };
}

/** All clients made by one wrapper share the last message of each subject. */
function withMemory(): (bus: Bus) => Bus {
  const last = new Map<string, Uint8Array>();
  return (bus) => ({
    ...bus,
    publish: async (subject, payload) => {
      last.set(subject, new Uint8Array(payload));
      return bus.publish(subject, payload);
    },
    subscribe: async (subject, receive) => {
      const subscription = await bus.subscribe(subject, receive);
      const kept = last.get(subject);
      if (kept !== undefined) receive(kept);
      return subscription;
    },
  });
}
