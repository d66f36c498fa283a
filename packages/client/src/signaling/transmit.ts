import { utf8Bytes } from '../utf8-bytes.js';
import type { ClientHeader, LinkHeader } from '@parley/protocol';
import type { LinkMessage } from '../link/link.js';
import { writeFrame } from './frame.js';
import type { Line, Session } from './session.js';
import { SignalingError } from './signaling-error.js';

/** `FIELD_LIMITS` in numbers, for the sake of the bundle's size. */
export const MOST_FRAME_BYTES = 49_152;
/** See MOST_FRAME_BYTES. */
export const MOST_KIND_BYTES = 32;
/** Room for any header of a signal or a message, in bytes. */
const HEADER_BYTES = 256;

/** Writes to the connection that carries everything, if there is one; counted against the rate. */
export function request(session: Session, header: ClientHeader, payload?: string): void {
  const { live, pacer } = session;
  if (!live) return;
  if (header.type !== 'ping') pacer.spend();
  write(session, live, writeFrame(header, payload));
}

/** Writes to one connection, best effort: one that cannot be written to is about to be closed. */
export function write(session: Session, line: Line, frame: string): void {
  try {
    line.socket?.send(frame);
  } catch (error) {
    session.fault(error);
  }
}

/** Sends a signal as the rate allows, best effort. False: it was dropped. */
export function signal(
  session: Session,
  to: string,
  link: LinkHeader | undefined,
  message: LinkMessage | undefined,
): boolean {
  // One frame of each number waits at most: what is sent again takes the place of what was not sent yet.
  const key = `${to} ${link?.[1] ?? `x${session.nextId()}`}`;
  return session.pacer.offer(
    key,
    writeFrame({ type: 'signal', to, kind: message?.kind, link }, message?.payload),
  );
}

/** Throws `frame_too_large` for what a server would not act upon, and `bad_request` for a kind that is too long. */
export function checkSize({ payload, kind }: LinkMessage): void {
  if (utf8Bytes(payload) + HEADER_BYTES >= MOST_FRAME_BYTES) {
    throw new SignalingError({ code: 'frame_too_large' });
  }
  if (utf8Bytes(kind ?? '') > MOST_KIND_BYTES) {
    throw new SignalingError({ code: 'bad_request' });
  }
}
