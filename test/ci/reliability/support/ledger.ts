import type { SignalingClient } from '@parley/client';

/** What became of all signals, and of all people. */
export interface Verdict {
  readonly sent: number;
  readonly delivered: number;
  readonly lost: number;
  readonly twice: number;
  readonly outOfOrder: number;
  /** How often anybody was told that somebody left. */
  readonly left: number;
  /** How often somebody came back as somebody new. */
  readonly rejoined: number;
  readonly reset: number;
  readonly ended: number;
  readonly faults: number;
  /** How often a client was joined again after having lost its connection. */
  readonly resumed: number;
  /** The longest time from a loss to being joined again, in ms. */
  readonly longestMs: number;
}

/** Keeps account of numbered signals. */
export interface Ledger {
  follow(client: SignalingClient): void;
  /** From here on everything counts. */
  begin(): void;
  /** Sends the next number to everybody else in the room. */
  sendAround(client: SignalingClient): void;
  delivered(): number;
  outstanding(): number;
  verdict(): Verdict;
}

/** What one has sent to, and got from, another. Names do not change; ids may. */
interface Pair {
  sent: number;
  got: number;
  last: number;
  readonly seen: Set<number>;
}

/** Creates an empty ledger. */
export function createLedger(): Ledger {
  const pairs = new Map<string, Pair>();
  const count = { twice: 0, outOfOrder: 0, left: 0, rejoined: 0, reset: 0, ended: 0, faults: 0, resumed: 0 };
  const lostAt = new Map<SignalingClient, number>();
  let longestMs = 0;
  let begun = false;
  const pairOf = (name: string): Pair => {
    const found = pairs.get(name) ?? { sent: 0, got: 0, last: 0, seen: new Set<number>() };
    pairs.set(name, found);
    return found;
  };
  const total = (field: 'sent' | 'got'): number =>
    [...pairs.values()].reduce((sum, pair) => sum + pair[field], 0);
  const take = (payload: string): void => {
    const [name = '', number = ''] = payload.split('#');
    const pair = pairOf(name);
    const n = Number(number);
    if (pair.seen.has(n)) return void (count.twice += 1);
    if (n < pair.last) count.outOfOrder += 1;
    Object.assign(pair, { got: pair.got + 1, last: n });
    pair.seen.add(n);
  };
  return {
    follow(client) {
      client.on('signal', ({ message }) => take(message.payload ?? ''));
      for (const event of ['left', 'rejoined', 'reset'] as const)
        client.on(event, () => void (count[event] += begun ? 1 : 0));
      client.on('fault', () => void (count.faults += 1));
      client.on('state', ({ name }) => {
        if (name === 'ended') count.ended += begun ? 1 : 0;
        if (name === 'joined' && lostAt.has(client)) {
          longestMs = Math.max(longestMs, Date.now() - (lostAt.get(client) ?? 0));
          lostAt.delete(client);
          count.resumed += 1;
        }
        if ((name === 'connecting' || name === 'waiting') && begun && !lostAt.has(client))
          lostAt.set(client, Date.now());
      });
    },
    begin: () => void (begun = true),
    sendAround(client) {
      const from = nameOf(client, client.id);
      for (const { id, name } of client.roster?.participants.values() ?? []) {
        if (id === client.id) continue;
        const pair = pairOf(`${from}>${name}`);
        const payload = `${from}>${name}#${pair.sent + 1}`;
        if (client.send(id, { kind: 'number', payload }) === 'queued') pair.sent += 1;
      }
    },
    delivered: () => total('got'),
    outstanding: () => total('sent') - total('got'),
    verdict: () => {
      const [sent, delivered] = [total('sent'), total('got')];
      return { sent, delivered, lost: sent - delivered, ...count, ended: count.ended, longestMs };
    },
  };
}

function nameOf({ roster }: SignalingClient, id: string | undefined): string | undefined {
  return id === undefined ? undefined : roster?.participants.get(id)?.name;
}
