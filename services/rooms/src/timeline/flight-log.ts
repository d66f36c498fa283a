import type { LinkHeader } from '@parley/protocol';
import type { FlightOutcome, FlightSignalKind, FlightWhat } from '@parley/protocol/internal';

/** One event that a gateway has recorded of a participant. */
export interface FlightEvent {
  /** Milliseconds of the wall clock of whoever asked. */
  readonly at: number;
  /** Its place among the events of that gateway, which holds where times are too close to tell. */
  readonly order: number;
  /** Where it was recorded. */
  readonly gateway: string;
  readonly participant: string;
  readonly what: FlightWhat;
  readonly signal: FlightSignalKind;
  readonly outcome: FlightOutcome;
  readonly peer?: string;
  /** The gateway that a signal was forwarded to. */
  readonly via?: string;
  readonly link?: LinkHeader;
  /** Of a signal; of `connected`: the milliseconds that it took, as browsers tell it some seconds later. */
  readonly bytes: number;
}

/** Somebody who is or was in the room. */
export interface LoggedParticipant {
  readonly id: string;
  readonly name: string;
  /** Invisible to the others: only whoever operates the service may hear of it. */
  readonly hidden: boolean;
  /** Events of it that are not kept any more. */
  readonly lost: number;
}

/** All that is known of a room, from all gateways. */
export interface FlightLog {
  /** When it was collected, and by how much times of two gateways may be wrong. */
  readonly now: number;
  readonly uncertaintyMs: number;
  readonly participants: readonly LoggedParticipant[];
  readonly events: readonly FlightEvent[];
  /** Gateways that did not answer, or are not there any more. */
  readonly silent: ReadonlySet<string>;
}
