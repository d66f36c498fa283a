import { decodeRoomState, encodeRoomState } from '@parley/protocol/internal';
import type { RoomBatch } from '@parley/protocol/internal';
import type { Position } from '@parley/protocol';

import type { Stored } from '../port.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const NEWLINE = 10;

/** A stored room as bytes: its position, its state and its batch, a line of JSON each. */
export function encodeRoomValue({ state, batch }: Stored): Uint8Array {
  return encoder.encode(`${JSON.stringify(state.at)}\n${encodeRoomState(state)}\n${JSON.stringify(batch)}`);
}

/** What `encodeRoomValue` made; throws a SyntaxError for most other things. */
export function decodeRoomValue(bytes: Uint8Array): Stored {
  const [, state = '', batch = ''] = decoder.decode(bytes).split('\n');
  return { state: decodeRoomState(state), batch: JSON.parse(batch) as RoomBatch };
}

/** Its position alone, which stands first so that nothing else has to be read. */
export function positionOfValue(bytes: Uint8Array): Position {
  return JSON.parse(decoder.decode(bytes.subarray(0, bytes.indexOf(NEWLINE)))) as Position;
}
