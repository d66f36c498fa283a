import {
  CLIENT_HEADER_LIMITS,
  decodeFrame,
  errorBody,
  FIELD_LIMITS,
  FrameError,
  TOKEN_HEADER_LIMITS,
} from '@parley/protocol';
import type { ClientHeader, ErrorBody, Frame, Header, LinkHeader } from '@parley/protocol';
import { parseClientHeader } from '@parley/protocol/schemas';

/** A frame of a client whose header is in order. `payload` is a view of the received bytes: copy it to keep it. */
export interface GoodFrame {
  readonly ok: true;
  readonly header: ClientHeader;
  readonly payload?: Uint8Array;
  readonly binary: boolean;
}

/** A frame that is not taken, and what its sender is told. */
export interface BadFrame {
  readonly ok: false;
  readonly error: ErrorBody;
  /** Of the request that is refused, where it can be read. */
  readonly id?: number;
  /** The type that it claims to be, where it can be read. */
  readonly type?: string;
  /** Breaks the form, instead of asking for something that this server does not do. */
  readonly malformed: boolean;
  /** A signal in order but for its size: its sender is nacked too. */
  readonly oversized?: { readonly to: string; readonly link?: LinkHeader };
}

/** What a client sent, as the connection sees it. */
export type ClientFrame = GoodFrame | BadFrame;

/** Reads one WebSocket message of a client. Never throws, whatever the bytes. */
export function readClientFrame(bytes: Uint8Array, binary: boolean, messageBytes: number): ClientFrame {
  const frame = decode(bytes);
  if (bytes.length >= FIELD_LIMITS.frameWarnBytes) return tooLarge(frame);
  if ('ok' in frame) return frame;
  const parsed = parseClientHeader(frame.header);
  if (!parsed.ok) {
    const { error, id } = parsed;
    const { type } = frame.header;
    return bad(error, error.code === 'bad_request', {
      id,
      type: typeof type === 'string' ? type : undefined,
    });
  }
  const { header } = parsed;
  const { payload } = frame;
  const fault = faultOf(header, payload, { binary, messageBytes });
  if (fault !== undefined) {
    return bad(fault, false, { id: 'id' in header ? header.id : undefined, type: header.type });
  }
  return { ok: true, header, binary, ...(payload && { payload }) };
}

function decode(bytes: Uint8Array): Frame | BadFrame {
  try {
    const frame = decodeFrame(bytes, TOKEN_HEADER_LIMITS);
    const behind = frame.payload === undefined ? 0 : frame.payload.length + 1;
    const isLong = bytes.length - behind > CLIENT_HEADER_LIMITS.headerBytes;
    return isLong && !mayCarryToken(frame.header) ? decodeFrame(bytes) : frame;
  } catch (error) {
    return bad(errorBody('bad_frame', error instanceof FrameError ? error.message : undefined), true);
  }
}

function mayCarryToken({ type }: Header): boolean {
  return type === 'hello' || type === 'refresh';
}

/** It is not acted upon, so it is no request either, and an `error` frame tells. */
function tooLarge(frame: Frame | BadFrame): BadFrame {
  const error = errorBody('frame_too_large');
  const parsed = 'ok' in frame ? undefined : parseClientHeader(frame.header);
  if (parsed?.ok !== true || parsed.header.type !== 'signal') return bad(error, false);
  const { to, link } = parsed.header;
  return { ok: false, error, malformed: false, type: 'signal', oversized: { to, ...(link && { link }) } };
}

function faultOf(
  header: ClientHeader,
  payload: Uint8Array | undefined,
  { binary, messageBytes }: { readonly binary: boolean; readonly messageBytes: number },
): ErrorBody | undefined {
  if (header.type === 'signal') return undefined;
  if (binary) return errorBody('binary_not_allowed');
  if (header.type !== 'message') return undefined;
  if (payload === undefined) return errorBody('bad_request', 'payload: missing');
  return payload.length > messageBytes ? errorBody('payload_too_large') : undefined;
}

function bad(
  error: ErrorBody,
  malformed: boolean,
  { id, type }: { readonly id?: number | undefined; readonly type?: string | undefined } = {},
): BadFrame {
  return {
    ok: false,
    error,
    malformed,
    ...(id !== undefined && { id }),
    ...(type !== undefined && { type }),
  };
}
