import { FIELD_LIMITS } from '@parley/protocol';
import type { Change } from '@parley/protocol';

/** What a plain client sent: a JSON object as text, or what it is told instead. */
export type PlainFrame =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly code: PlainErrorCode };

/** What a plain client may be told; the codes are the native ones. */
export type PlainErrorCode = 'bad_frame' | 'binary_not_allowed' | 'frame_too_large';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NEWLINE = 10;
/** A control character, which JSON text never holds: so frames can stand in one message and be told apart again. */
const SEPARATOR = '\u001e';

/** Reads one frame. Never throws; nothing but the outermost form is looked at (PLAIN-1, PLAIN-5). */
export function readPlainFrame(bytes: Uint8Array, binary: boolean): PlainFrame {
  if (bytes.length >= FIELD_LIMITS.frameWarnBytes) return { ok: false, code: 'frame_too_large' };
  if (binary) return { ok: false, code: 'binary_not_allowed' };
  try {
    const text = decoder.decode(bytes);
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { ok: true, text } : { ok: false, code: 'bad_frame' };
  } catch {
    return { ok: false, code: 'bad_frame' };
  }
}

/** Several frames as the data of one room message, which makes one commit of what was sent in a burst. */
export function packFrames(frames: readonly string[]): string {
  return frames.join(SEPARATOR);
}

/** The frames of one room message. */
export function unpackFrames(data: string): string[] {
  return data.split(SEPARATOR);
}

/** What others than `you` said in a client batch frame, in order; joins, leaves and the rest are not shown. */
export function othersFrames(batch: Uint8Array, you: string): string[] {
  const payload = decoder.decode(batch.subarray(batch.indexOf(NEWLINE) + 1));
  const changes = JSON.parse(payload) as readonly Change[];
  return changes.flatMap((change) =>
    change.what === 'message' && change.from !== you ? unpackFrames(change.data) : [],
  );
}
