import type { Endpoint } from '@parley/bus';
import type { Clock, Telemetry } from '@parley/kit';
import { encodeFrame } from '@parley/protocol';
import type { LinkHeader, NackReason, SignalToClient, SignalToServer } from '@parley/protocol';
import { decodeRecord, encodeRecord } from '@parley/protocol/internal';
import type { DecodedRecord, NackRecord, RoomRef, SignalRecord } from '@parley/protocol/internal';
import type { SignalRefusal } from '../connection/effect.js';
import type { RoomCopies } from '../rooms/room-copies.js';
import { isSeat } from '../session/seat.js';
import type { Seat } from '../session/seat.js';
import { judgeInbound, judgeOutbound } from './judge.js';
import type { DropReason, Verdict } from './judge.js';
import { createKnownIds } from './known-ids.js';
import type { KnownIds } from './known-ids.js';

/** Carries signals from participant to participant, gateway to gateway; the rooms service is not on this path. */
export interface Relay {
  /** A signal of a local participant; the payload is copied before this returns. */
  send(signal: LocalSignal): void;
  /** A signal that the connection itself turns back. */
  refuse(sender: Pick<Seat, 'tell'>, header: SignalToServer, why: SignalRefusal): void;
  /** Takes one record of another gateway; false if it is neither `signal` nor `nack`. */
  take(from: string, decoded: DecodedRecord): boolean;
  /** Records that reached nobody: their senders are told at once (R10). */
  undelivered(records: readonly Uint8Array[]): void;
}

/** A signal of a local participant. */
export interface LocalSignal {
  readonly room: RoomRef;
  readonly sender: Pick<Seat, 'participant' | 'n' | 'tell'>;
  readonly header: SignalToServer;
  readonly payload?: Uint8Array;
  readonly binary: boolean;
  /** When its frame came, on the relay's clock. */
  readonly at: number;
}

/** What a relay works with. */
export interface RelayDeps {
  readonly self: string;
  readonly copies: Pick<RoomCopies, 'copy' | 'session'>;
  readonly endpoint: Pick<Endpoint, 'send'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly telemetry: Pick<Telemetry, 'count' | 'observe'>;
  /** Whether the bus carries anything now. */
  readonly connected: () => boolean;
  readonly draining: () => boolean;
}

interface State extends RelayDeps {
  readonly known: KnownIds;
}

/** One signal on its way, whoever sent it. */
interface Transit {
  readonly room: RoomRef;
  readonly from: string;
  readonly n: number;
  readonly to: string;
  readonly link: LinkHeader | undefined;
  readonly binary: boolean;
  readonly path: 'local' | 'remote';
  /** When it came here. */
  readonly at: number;
  /** What the recipient's client gets. */
  readonly frame: () => Uint8Array;
  readonly turnBack: (reason: NackReason, retryAfterMs: number | undefined) => void;
}

const KNOWN_IDS = 20_000;
const RETRY_MS: Readonly<Record<NackReason, number | undefined>> = {
  wait: 100,
  away: 100,
  gone: undefined,
  unreachable: 500,
  rate: 100,
  size: undefined,
  draining: 100,
};

/**
 * Creates it. Counted so that accepted = delivered + nacked + dropped + what is on the bus; where a signal ends is
 * counted by the gateway at which it ends.
 */
export function createRelay(deps: RelayDeps): Relay {
  const state: State = { ...deps, known: createKnownIds(KNOWN_IDS) };
  return {
    send: (signal) => send(state, signal),
    refuse: (sender, header, why) => {
      accept(state);
      if ('drop' in why) return drop(state, why.drop);
      countNack(state, why.nack);
      tellNack(sender, { about: header.to, link: header.link, reason: why.nack }, why.retryAfterMs);
    },
    take: (from, { record, payload }) => {
      if (record.type !== 'nack' && record.type !== 'signal') return false;
      if (!isWhole(record)) return true;
      if (record.type === 'nack') hearNack(state, record);
      else receive(state, from, { record, frame: payload });
      return true;
    },
    undelivered: (records) => {
      for (const bytes of records) bounce(state, bytes);
    },
  };
}

function send(state: State, { room, sender, header, payload, binary, at }: LocalSignal): void {
  const { to, kind, link, x } = header;
  const { participant: from, n } = sender;
  accept(state);
  const shown: SignalToClient = {
    type: 'signal',
    from,
    ...(kind !== undefined && { kind }),
    ...(link && { link }),
    ...(x && { x }),
  };
  const transit: Transit = {
    room,
    from,
    n,
    to,
    link,
    binary,
    path: 'local',
    at,
    frame: () => encodeFrame(shown, payload),
    turnBack: (reason, retryAfterMs) => tellNack(sender, { about: to, link, reason }, retryAfterMs),
  };
  const copy = state.copies.copy(room);
  conclude(state, transit, judgeOutbound({ self: state.self, copy, from, n, to }));
}

function receive(
  state: State,
  gateway: string,
  { record, frame }: { readonly record: SignalRecord; readonly frame: Uint8Array | undefined },
): void {
  if (frame === undefined) return;
  state.telemetry.count('parley_signals_received_total');
  const { app, room: name, from, n, to, link } = record;
  const room = { app, room: name };
  const transit: Transit = {
    room,
    from,
    n,
    to,
    link,
    binary: record.binary === true,
    path: 'remote',
    at: state.clock.now(),
    frame: () => frame,
    turnBack: (reason, retryAfterMs) => {
      const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
      const nack: NackRecord = {
        type: 'nack',
        ...room,
        to: from,
        n,
        about: to,
        ...(link && { link }),
        reason,
        ...retry,
      };
      state.endpoint.send(gateway, encodeRecord(nack));
    },
  };
  const { self, known } = state;
  const copy = state.copies.copy(room);
  conclude(state, transit, judgeInbound({ self, copy, known, from, n, to, gateway }));
}

function conclude(state: State, transit: Transit, verdict: Verdict): void {
  switch (verdict.go) {
    case 'local':
      return deliver(state, transit);
    case 'remote':
      return forward(state, transit, verdict.gateway);
    case 'nack':
      return nack(state, transit, verdict.reason);
    case 'drop':
      return drop(state, verdict.reason);
  }
}

function deliver(state: State, transit: Transit): void {
  const { room, from, to, frame, binary, path } = transit;
  const session = state.copies.session(room, to);
  const bound = state.copies.copy(room)?.members.get(to)?.n;
  // I5: a connection of a lower number than the room knows is not the participant's any more.
  if (session === undefined || !isSeat(session) || session.n !== bound || !session.live) {
    return nack(state, transit, session === undefined && state.draining() ? 'draining' : 'wait');
  }
  state.known.add(from);
  state.known.add(to);
  if (!session.transmit(frame(), binary)) return nack(state, transit, 'away');
  state.telemetry.count('parley_signals_delivered_total', { path });
  took(state, transit, path === 'local' ? 'local' : 'received');
}

function forward(state: State, transit: Transit, gateway: string): void {
  if (!state.connected()) return nack(state, transit, 'unreachable');
  const { room, from, n, to, link, binary } = transit;
  state.known.add(to);
  const record: SignalRecord = {
    type: 'signal',
    ...room,
    from,
    n,
    to,
    ...(binary && { binary }),
    ...(link && { link }),
  };
  state.telemetry.count('parley_signals_forwarded_total');
  state.endpoint.send(gateway, encodeRecord(record, transit.frame()));
  took(state, transit, 'forwarded');
}

/** A signal that reached no gateway. */
function bounce(state: State, bytes: Uint8Array): void {
  const record = decodeRecord(bytes)?.record;
  if (record?.type !== 'signal' || !isWhole(record)) return;
  state.telemetry.count('parley_signals_bounced_total');
  const { app, room, from, n, to, link } = record;
  if (link?.[1] === 0) return drop(state, 'acknowledgement');
  countNack(state, 'unreachable');
  hearNack(state, {
    type: 'nack',
    app,
    room,
    to: from,
    n,
    about: to,
    ...(link && { link }),
    reason: 'unreachable',
    retryAfterMs: 500,
  });
}

/** A record of another version, or garbage, may lack what it is known by. */
function isWhole({ app, room, to, n }: SignalRecord | NackRecord): boolean {
  return typeof app === 'string' && typeof room === 'string' && typeof to === 'string' && Number.isInteger(n);
}

function hearNack(state: State, nacked: NackRecord): void {
  const { app, room, to, n, about, link, reason, retryAfterMs } = nacked;
  const session = state.copies.session({ app, room }, to);
  if (session !== undefined && session.n === n && isSeat(session))
    tellNack(session, { about, link, reason }, retryAfterMs);
}

function nack(state: State, { link, turnBack }: Transit, reason: NackReason): void {
  // An acknowledgement alone is not numbered: there is nothing to send again (NACK-2).
  if (link?.[1] === 0) return drop(state, 'acknowledgement');
  countNack(state, reason);
  turnBack(reason, RETRY_MS[reason]);
}

function tellNack(
  sender: Pick<Seat, 'tell'>,
  nacked: { readonly about: string; readonly link: LinkHeader | undefined; readonly reason: NackReason },
  retryAfterMs: number | undefined,
): void {
  const { about, link, reason } = nacked;
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  sender.tell({ type: 'nack', to: about, ...(link && { link }), reason, ...retry });
}

function took({ clock, telemetry }: State, { at }: Transit, path: 'local' | 'forwarded' | 'received'): void {
  telemetry.observe('parley_relay_seconds', (clock.now() - at) / 1_000, { path });
}

function accept(state: State): void {
  state.telemetry.count('parley_signals_accepted_total');
}

function countNack(state: State, reason: NackReason): void {
  state.telemetry.count('parley_nacks_total', { reason });
}

function drop(state: State, reason: DropReason | 'acknowledgement' | 'forbidden'): void {
  state.telemetry.count('parley_signals_dropped_total', { reason });
}
