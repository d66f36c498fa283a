import type { Position } from './position.js';

/** What a participant is, for others: `hidden` ones are shown to nobody. */
export type ParticipantKind = 'standard' | 'hidden' | 'agent' | 'recorder' | 'sfu';
/** `away`: no connection at the moment, within the resume window. */
export type ParticipantStatus = 'online' | 'away';
/** Why a participant left. */
export type LeftReason = 'left' | 'removed' | 'expired' | 'closed';
/** Free strings about a participant (media state, role in the application); 1 KiB as JSON in all. */
export type Attributes = Readonly<Record<string, string>>;

/** A participant as others see it. */
export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly kind: ParticipantKind;
  readonly status: ParticipantStatus;
  /** What its client can do; `link1`: the reliable link. */
  readonly caps: readonly string[];
  readonly attributes: Attributes;
}

/** A room as its members see it. */
export interface RoomInfo {
  readonly name: string;
  readonly locked: boolean;
  /** Most participants that may be in it. */
  readonly size: number;
}

/** What is in a room at one position. */
export interface Roster {
  readonly at: Position;
  readonly room: RoomInfo;
  readonly participants: ReadonlyMap<string, Participant>;
}

/** The payload of a snapshot part: participants of all parts together are the roster. */
export interface SnapshotPart {
  readonly room: RoomInfo;
  readonly participants: readonly Participant[];
}

/** One change of a batch. Kinds that a client does not know still advance its position. */
export type Change =
  | { readonly what: 'joined'; readonly participant: Participant; readonly replaces?: string }
  | { readonly what: 'left'; readonly participant: string; readonly reason: LeftReason }
  | { readonly what: 'status'; readonly participant: string; readonly status: ParticipantStatus }
  | {
      readonly what: 'updated';
      readonly participant: string;
      readonly name?: string;
      readonly attributes?: Attributes;
    }
  | { readonly what: 'room'; readonly locked?: boolean; readonly size?: number }
  | { readonly what: 'message'; readonly from: string; readonly data: string };

/** One ICE server, exactly as RTCConfiguration takes it (W3C webrtc-pc, RTCIceServer). */
export interface IceServer {
  readonly urls: string | readonly string[];
  readonly username?: string;
  readonly credential?: string;
}
