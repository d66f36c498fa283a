import type { Binding, Listing, RoomState } from '@parley/protocol/internal';

/** What is gathered for the merge of a room that the store lost writes of. */
export interface Fork {
  readonly copies: RoomState[];
  readonly listings: Map<string, Heard>;
  /** Gateways whose listings are waited for; undefined: nobody has been asked yet. */
  waiting: Set<string> | undefined;
  complete: () => void;
}

/** A listing as it came, with what was bound to that gateway when it was asked. */
export interface Heard {
  readonly from: string;
  readonly listing: Listing;
  readonly copy?: RoomState;
  readonly wanted: readonly Binding[];
}
