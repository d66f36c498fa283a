import type { LinkHeader } from '@parley/protocol';
import type { FlightOutcome, FlightSignalKind, FlightWhat } from '@parley/protocol/internal';
import { buildTimeline } from '../../src/timeline/build-timeline.js';
import type { FlightEvent, FlightLog, LoggedParticipant } from '../../src/timeline/flight-log.js';

/** A room as its gateways have recorded it: Ann at g_1, Bo at g_2. */
export interface Scene {
  /** Something of a participant that is no signal. */
  tell(at: number, who: string, what: FlightWhat, more?: Partial<FlightEvent>): Scene;
  /** Both are there from the beginning, with these ICE servers. */
  both(ice?: FlightOutcome): Scene;
  /** A signal that arrives at once. */
  carry(at: number, from: string, signal: FlightSignalKind, link: LinkHeader): Scene;
  /** A signal that comes to this at its sender's gateway. */
  send(at: number, from: string, signal: FlightSignalKind, more: Partial<FlightEvent>): Scene;
  log(now: number, more?: Partial<FlightLog>): FlightLog;
  /** The codes of the verdicts on the two. */
  verdicts(now: number, more?: Partial<FlightLog>): string[];
}

const GATEWAYS: Readonly<Record<string, string>> = { ann: 'g_1', bo: 'g_2' };

export function scene(): Scene {
  const events: FlightEvent[] = [];
  const add = (event: Partial<FlightEvent> & Pick<FlightEvent, 'at' | 'participant' | 'what'>): Scene => {
    const gateway = GATEWAYS[event.participant] ?? 'g_3';
    events.push({
      ...{ order: events.length, gateway, signal: 'other', outcome: 'none', bytes: 9 },
      ...event,
    });
    return self;
  };
  const other = (who: string): string => (who === 'ann' ? 'bo' : 'ann');
  const self: Scene = {
    tell: (at, participant, what, more) => add({ at, participant, what, ...more }),
    both: (ice = 'relay') => {
      for (const participant of ['ann', 'bo']) {
        add({ at: 0, participant, what: 'joined' });
        add({ at: 1, participant, what: 'ice', outcome: ice });
      }
      return self;
    },
    carry: (at, from, signal, link) => {
      const to = other(from);
      add({
        at,
        participant: from,
        what: 'sent',
        signal,
        link,
        peer: to,
        outcome: 'forwarded',
        via: GATEWAYS[to] ?? '',
      });
      return add({
        at: at + 5,
        participant: to,
        what: 'received',
        signal,
        link,
        peer: from,
        outcome: 'delivered',
      });
    },
    send: (at, from, signal, more) =>
      add({ at, participant: from, what: 'sent', signal, peer: other(from), ...more }),
    log: (now, more) => ({
      ...{ now, uncertaintyMs: 1, events, silent: new Set() },
      participants: ['ann', 'bo'].map((id): LoggedParticipant => ({ id, name: id, hidden: false, lost: 0 })),
      ...more,
    }),
    verdicts: (now, more) =>
      buildTimeline(self.log(now, more)).pairs.flatMap(({ verdicts }) => verdicts.map(({ code }) => code)),
  };
  return self;
}
