import { decodeBody, encodeBody } from '@parley/protocol/internal';
import type { RecordingsRequest } from '@parley/protocol/internal';
import type { FlightRecorder } from './flight-recorder.js';

/** Answers one request that came over the bus. Throws for what no gateway is asked: the requester is told `refused`. */
export function answerRecordings(recorder: Pick<FlightRecorder, 'recordings'>, body: Uint8Array): Uint8Array {
  const request = decodeBody<RecordingsRequest>(body);
  const { app, room, keyHash } = request ?? {};
  if (request?.type !== 'recordings' || typeof app !== 'string' || typeof room !== 'string') {
    throw new Error('gateways are not asked that');
  }
  return encodeBody(
    recorder.recordings({ type: 'recordings', app, room, ...(keyHash !== undefined && { keyHash }) }),
  );
}
