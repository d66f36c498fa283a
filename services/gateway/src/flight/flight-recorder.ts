import type { LinkHeader, ParticipantKind } from '@parley/protocol';
import type { FlightOutcome, RecordingsReply, RecordingsRequest, RoomRef } from '@parley/protocol/internal';

/** A signal as far as it is recorded: from whom to whom, what its header says, how large; never what is in it. */
export interface FlownSignal {
  readonly from: string;
  readonly to: string;
  readonly kind?: string | undefined;
  readonly link?: LinkHeader | undefined;
  readonly bytes: number;
}

/** A participant that takes its seat here. */
export interface FlightMember {
  readonly id: string;
  readonly keyHash: string;
  readonly name: string;
  readonly kind: ParticipantKind;
}

/**
 * A bounded ring of signaling events for each participant that is or was connected here: in memory alone, without the
 * bodies of signals. What is told of somebody that is not recorded has no effect.
 */
export interface FlightRecorder {
  /** It has joined here, or come back. */
  seated(room: RoomRef, member: FlightMember, resumed: boolean): void;
  /** Its connection here is lost. */
  lost(id: string): void;
  /** Its seat here is over. */
  ended(id: string, why: FlightOutcome): void;
  ice(id: string, what: 'relay' | 'no-relay' | 'unavailable'): void;
  /** Taken in here from the participant `from`; `gateway`: whereto it was forwarded. */
  sent(signal: FlownSignal, outcome: FlightOutcome, gateway?: string): void;
  /** Came from another gateway for the participant `to`. */
  received(signal: FlownSignal, outcome: FlightOutcome): void;
  /** A signal of `from` that had left here has come to nothing. */
  nacked(signal: FlownSignal, reason: FlightOutcome): void;
  /** Its browser says that its connection with a peer stands, which took so many ms, or has failed. */
  media(id: string, peer: string, what: { readonly connectMs: number } | 'failed'): void;
  /** Everything about a room that fits a reply, the newest first of all. */
  recordings(request: RecordingsRequest): RecordingsReply;
  start(): void;
  stop(): void;
}
