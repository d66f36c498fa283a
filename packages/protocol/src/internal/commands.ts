import type { Attributes, ParticipantKind } from '../entities.js';
import type { ErrorCode } from '../errors.js';
import type { Position } from '../position.js';
import type { Member, RoomState } from './room-state.js';

/** One connection of one participant. */
export interface Binding {
  readonly id: string;
  readonly n: number;
}

/** What a room's owner may be asked to apply. Each acts only on the `n` that it names. */
export type Command =
  | JoinCommand
  /** By the participant: acts on this n or a lower one. */
  | { readonly do: 'leave'; readonly id: string; readonly n: number }
  /** A gateway lost these connections (or an owner lost that gateway). */
  | { readonly do: 'disconnected'; readonly gateway: string; readonly members: readonly Binding[] }
  /** By the owner: the resume window of these passed. */
  | { readonly do: 'expire'; readonly members: readonly Binding[] }
  | {
      readonly do: 'update';
      readonly id: string;
      readonly n: number;
      readonly cmd: number;
      readonly name?: string;
      readonly attributes?: Attributes;
    }
  | {
      readonly do: 'message';
      readonly id: string;
      readonly n: number;
      readonly cmd: number;
      readonly data: string;
    }
  | { readonly do: 'settings'; readonly locked?: boolean; readonly size?: number }
  | MergeCommand;

/** Join, or resume when the key is known. */
export interface JoinCommand {
  readonly do: 'join';
  readonly keyHash: string;
  readonly sub: string;
  readonly n: number;
  readonly gateway: string;
  readonly name: string;
  readonly kind: ParticipantKind;
  readonly caps: readonly string[];
  readonly attributes: Attributes;
  readonly replaces?: string;
  /** Size of a room that this join creates. */
  readonly size: number;
  /** Drawn by the owner's shell for the case that it is a new participant. */
  readonly newId?: string;
}

/** The union of what is stored with what the owner and the gateways know, after the store lost writes (N4). */
export interface MergeCommand {
  readonly do: 'merge';
  readonly copies: readonly RoomState[];
  readonly listings: readonly Listing[];
}

/** What one gateway holds of one room: its own connected members, as it knows them, and the joins under way. */
export interface Listing {
  readonly gateway: string;
  readonly at: Position;
  readonly members: readonly Member[];
  readonly joining: readonly { readonly keyHash: string; readonly n: number }[];
}

/** The owner's answer to one command. */
export type CommandReply =
  | {
      readonly ok: true;
      /** Position at which the command holds (its own commit's, or an earlier one's when it is answered again). */
      readonly at: Position;
      /** Join: the participant's id, and whether it was there already. */
      readonly you?: string;
      readonly resumed?: boolean;
    }
  | { readonly ok: false; readonly error: ErrorCode; readonly retryAfterMs?: number };
