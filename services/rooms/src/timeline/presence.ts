import type { FlightEvent, FlightLog, LoggedParticipant } from './flight-log.js';

/** When one participant was there, as far as gateways know. */
export interface Presence extends LoggedParticipant {
  /** The first that is known of it: its join, unless that was recorded by a gateway that is silent. */
  readonly since: number;
  /** When it left for good; undefined: it has not. */
  readonly leftAt?: number;
  /** Since when it has no connection, and has not come back. */
  readonly awaySince?: number;
  /** What its ICE servers came to last. */
  readonly ice?: 'relay' | 'no-relay' | 'unavailable';
  /** Gateways that it was connected to. */
  readonly gateways: readonly string[];
}

/** Everybody's presence, by id; events in order of time. Who is only named by others is there too. */
export function presencesOf(
  { participants, now }: FlightLog,
  events: readonly FlightEvent[],
): ReadonlyMap<string, Presence> {
  const seen = new Map<string, Draft>();
  const draftOf = (id: string, at: number): Draft => {
    const known = seen.get(id);
    if (known !== undefined) return known;
    // Of whom nothing else is known may be hidden.
    const draft: Draft = { id, name: '', hidden: true, lost: 0, since: at, gateways: new Set() };
    seen.set(id, draft);
    return draft;
  };
  for (const event of events) {
    // A signal to somebody says nothing of when that one came, but one from it does.
    if (event.peer !== undefined && event.what === 'received') draftOf(event.peer, event.at);
    note(draftOf(event.participant, event.at), event);
  }
  for (const event of events) if (event.peer !== undefined) draftOf(event.peer, event.at);
  for (const { id, name, hidden, lost } of participants) {
    const draft = draftOf(id, now);
    Object.assign(draft, { name: name || draft.name, hidden, lost: Math.max(lost, draft.lost) });
  }
  return new Map(
    [...seen].map(([id, { seat: _, ...draft }]) => [id, { ...draft, gateways: [...draft.gateways] }]),
  );
}

type Draft = Omit<{ -readonly [K in keyof Presence]: Presence[K] }, 'gateways'> & {
  readonly gateways: Set<string>;
  /** Where it was seated last. */
  seat?: string;
};

function note(draft: Draft, { what, outcome, at, gateway }: FlightEvent): void {
  switch (what) {
    case 'joined':
    case 'resumed':
      delete draft.leftAt;
      delete draft.awaySince;
      draft.gateways.add(gateway);
      draft.seat = gateway;
      return;
    case 'lost':
      // A gateway that it has left behind may notice that late.
      if (gateway === (draft.seat ?? gateway)) draft.awaySince = at;
      return;
    case 'ended':
      // Another connection of it took over: it is still there.
      if (outcome !== 'replaced') draft.leftAt = at;
      return;
    case 'ice':
      if (outcome === 'relay' || outcome === 'no-relay' || outcome === 'unavailable') draft.ice = outcome;
      return;
    default:
  }
}
