import type { Attributes, LeftReason, ParticipantKind } from '../entities.js';
import type { Position } from '../position.js';

/** One participant as owner, store and gateways know it. Immutable. */
export interface Member {
  readonly id: string;
  /** Identity of its token (`sub`); the key works for no other. */
  readonly sub: string;
  /** SHA-256 of the client's key, base64url; the key itself never leaves the gateway. */
  readonly keyHash: string;
  /** The binding: the client's connection number, and the gateway that holds it (or held it last, when away). */
  readonly n: number;
  readonly gateway: string;
  readonly online: boolean;
  readonly name: string;
  readonly kind: ParticipantKind;
  readonly caps: readonly string[];
  readonly attributes: Attributes;
  /** The last `cmd` that was applied, and the position of its commit: a repeated one is answered again from here. */
  readonly cmd: number;
  readonly cmdAt: Position;
  /** Position of the commit that admitted, or re-admitted, it. */
  readonly since: Position;
}

/** A room at one position: what is committed, and what each gateway involved holds a copy of. Immutable. */
export interface RoomState {
  readonly app: string;
  readonly name: string;
  readonly at: Position;
  readonly past: Lineage;
  readonly locked: boolean;
  readonly size: number;
  /** By participant id. */
  readonly members: ReadonlyMap<string, Member>;
}

/** The last version of earlier terms, oldest first, 32 at most; `cut`: older ones are no longer known. */
export interface Lineage {
  readonly terms: readonly (readonly [epoch: number, lastVersion: number])[];
  readonly cut: boolean;
}

/** What one commit changed. `prev` is the position before it. */
export interface RoomBatch {
  readonly at: Position;
  readonly prev: Position;
  readonly changes: readonly RoomChange[];
}

/** One change, with what gateways need to keep a whole copy. Clients see what `visibleChanges` makes of it. */
export type RoomChange =
  | { readonly what: 'joined'; readonly member: Member; readonly replaces?: string }
  | { readonly what: 'left'; readonly id: string; readonly reason: LeftReason }
  /** A resume: online, reached through another connection from now on. */
  | { readonly what: 'bound'; readonly id: string; readonly n: number; readonly gateway: string }
  | { readonly what: 'away'; readonly id: string; readonly n: number }
  | {
      readonly what: 'updated';
      readonly id: string;
      readonly cmd: number;
      readonly name?: string;
      readonly attributes?: Attributes;
    }
  | { readonly what: 'message'; readonly from: string; readonly cmd: number; readonly data: string }
  | { readonly what: 'settings'; readonly locked?: boolean; readonly size?: number }
  /** What was committed in these terms, and then lost by the store, is in the room again: they are its lineage too. */
  | { readonly what: 'merged'; readonly past: Lineage };
