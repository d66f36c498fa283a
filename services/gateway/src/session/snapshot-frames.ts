import { encodeFrame, utf8Length } from '@parley/protocol';
import type { Participant, Snapshot, SnapshotPart } from '@parley/protocol';
import { toRoomInfo, visibleParticipants } from '@parley/protocol/internal';
import type { RoomState } from '@parley/protocol/internal';

/** Bytes of participants in one part: with its header it stays below what clients may send, so any receiver takes it. */
export const PART_BYTES = 48 * 1024 - 1024;

/** The frames of a snapshot of the room as `viewer` may see it: at least one, each of at most 48 KiB (SNAP-1). */
export function snapshotFrames(state: RoomState, viewer: string, partBytes = PART_BYTES): Uint8Array[] {
  const room = toRoomInfo(state);
  const chunks = chunk(visibleParticipants(state, viewer), partBytes);
  return chunks.map((participants, index) => {
    const header: Snapshot = {
      type: 'snapshot',
      part: index + 1,
      parts: chunks.length,
      at: state.at,
      recovered: false,
    };
    const payload: SnapshotPart = { room, participants };
    return encodeFrame(header, JSON.stringify(payload));
  });
}

function chunk(participants: readonly Participant[], maxBytes: number): Participant[][] {
  let last: Participant[] = [];
  const chunks = [last];
  let bytes = 0;
  for (const participant of participants) {
    const size = utf8Length(JSON.stringify(participant)) + 1;
    if (last.length > 0 && bytes + size > maxBytes) {
      last = [];
      chunks.push(last);
      bytes = 0;
    }
    last.push(participant);
    bytes += size;
  }
  return chunks;
}
