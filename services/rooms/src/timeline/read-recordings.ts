import { FLIGHT_OUTCOMES, FLIGHT_SIGNALS, FLIGHT_WHATS } from '@parley/protocol/internal';
import type { RecordingsReply } from '@parley/protocol/internal';
import type { FlightEvent, LoggedParticipant } from './flight-log.js';

/** A participant as one gateway knows it; the hash of its key is for nobody's eyes. */
export interface ReadParticipant extends LoggedParticipant {
  readonly keyHash: string;
}

/** What one gateway has told. */
export interface ReadRecordings {
  readonly participants: readonly ReadParticipant[];
  readonly events: readonly FlightEvent[];
}

/**
 * The events of one gateway's reply, times moved by `shift`. Rows that this version does not know are left out, and so is
 * what is no reply at all: it may come from another version.
 */
export function readRecordings(gateway: string, reply: RecordingsReply, shift: number): ReadRecordings {
  const participants: ReadParticipant[] = [];
  const events: FlightEvent[] = [];
  const gateways = listOf(reply.gateways);
  for (const recording of listOf(reply.recordings)) {
    if (typeof recording !== 'object' || recording === null) continue;
    const { participant: id, name, kind, keyHash, lost, peers, rows } = recording as Fields;
    if (typeof id !== 'string' || typeof keyHash !== 'string') continue;
    const hidden = kind === 'hidden';
    participants.push({ id, keyHash, name: textOf(name), hidden, lost: Number(lost) || 0 });
    const told: Told = { gateway, gateways, participant: id, peers: listOf(peers), shift };
    for (const row of listOf(rows)) {
      const event = readRow(told, row);
      if (event !== undefined) events.push(event);
    }
  }
  return { participants, events };
}

type Fields = Readonly<Record<string, unknown>>;

interface Told {
  readonly gateway: string;
  readonly gateways: readonly unknown[];
  readonly participant: string;
  readonly peers: readonly unknown[];
  readonly shift: number;
}

const COLUMNS = 11;

function readRow(
  { gateway, gateways, participant, peers, shift }: Told,
  row: unknown,
): FlightEvent | undefined {
  if (!Array.isArray(row) || row.length < COLUMNS || !row.every(Number.isFinite)) return undefined;
  const column = (place: number): number => Number(row[place]);
  const what = FLIGHT_WHATS[column(2)];
  const signal = FLIGHT_SIGNALS[column(3)];
  const outcome = FLIGHT_OUTCOMES[column(4)];
  if (what === undefined || signal === undefined || outcome === undefined) return undefined;
  const [peer, via] = [peers[column(5) - 1], gateways[column(6) - 1]];
  return {
    ...{ at: column(0) + shift, order: column(1), gateway, participant, what, signal, outcome },
    ...(typeof peer === 'string' && { peer }),
    ...(typeof via === 'string' && { via }),
    ...(column(7) > 0 && { link: [column(7), column(8), column(9)] as const }),
    bytes: column(10),
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
