import type { ErrorCode } from './errors.js';
import { DEFAULT_LIMITS, FIELD_LIMITS } from './limits.js';
import { utf8Length } from './utf8.js';

/** Any JSON object, before its fields are checked. */
export type Header = Readonly<Record<string, unknown>>;

/** A frame as bytes carry it. No `payload`: the frame had no newline; a payload of 0 bytes is a payload. */
export interface Frame {
  readonly header: Header;
  /** A view of the bytes that were decoded, valid as long as they are. */
  readonly payload?: Uint8Array;
}

/** A frame as a text message carries it. */
export interface TextFrame {
  readonly header: Header;
  readonly payload?: string;
}

/** What a header may be: bytes in UTF-8, and levels of nesting, the header object itself being the first. */
export interface HeaderLimits {
  readonly headerBytes: number;
  readonly jsonDepth: number;
}

/** Why bytes or text are not a frame. The message names no content. */
export class FrameError extends Error {
  readonly code: ErrorCode = 'bad_frame';
  constructor(message: string) {
    super(message);
    this.name = 'FrameError';
  }
}

/** The limits that a server puts on the headers of clients. */
export const CLIENT_HEADER_LIMITS: HeaderLimits = /* @__PURE__ */ Object.freeze({
  headerBytes: DEFAULT_LIMITS.headerBytes,
  jsonDepth: FIELD_LIMITS.jsonDepth,
});

/** The limits of `hello` and `refresh`: a token may take more room than all other fields together. */
export const TOKEN_HEADER_LIMITS: HeaderLimits = /* @__PURE__ */ Object.freeze({
  headerBytes: DEFAULT_LIMITS.headerBytes + FIELD_LIMITS.tokenBytes,
  jsonDepth: FIELD_LIMITS.jsonDepth,
});

/** The limits that a server keeps its own headers to: they may carry ICE servers. */
export const SERVER_HEADER_LIMITS: HeaderLimits = /* @__PURE__ */ Object.freeze({
  headerBytes: FIELD_LIMITS.serverHeaderBytes,
  jsonDepth: FIELD_LIMITS.jsonDepth,
});

const NEWLINE = 10;
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Splits one message into header and payload. Throws a FrameError when the first line is longer than `headerBytes`, not
 * UTF-8, not a JSON object, nested deeper than `jsonDepth`, or holds a key `__proto__` or a number that JSON cannot give
 * back. The payload is not looked at.
 */
export function decodeFrame(bytes: Uint8Array, limits: HeaderLimits = CLIENT_HEADER_LIMITS): Frame {
  const end = bytes.indexOf(NEWLINE);
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  if (line.length > limits.headerBytes) throw tooLong(limits);
  const header = parseHeader(decodeLine(line), limits.jsonDepth);
  return end < 0 ? { header } : { header, payload: bytes.subarray(end + 1) };
}

/** One message: the header as a line of JSON, then, if there is a payload, a newline and the payload as it is. */
export function encodeFrame(header: object, payload?: Uint8Array | string): Uint8Array<ArrayBuffer> {
  const line = JSON.stringify(header);
  if (payload === undefined) return encoder.encode(line);
  if (typeof payload === 'string') return encoder.encode(`${line}\n${payload}`);
  const end = utf8Length(line);
  const bytes = new Uint8Array(end + 1 + payload.length);
  encoder.encodeInto(line, bytes);
  bytes[end] = NEWLINE;
  bytes.set(payload, end + 1);
  return bytes;
}

/** `decodeFrame` for a text message that the WebSocket has decoded already; by default with the limits of servers' headers. */
export function decodeTextFrame(text: string, limits: HeaderLimits = SERVER_HEADER_LIMITS): TextFrame {
  const end = text.indexOf('\n');
  const line = end < 0 ? text : text.slice(0, end);
  if (line.length > limits.headerBytes || utf8Length(line) > limits.headerBytes) throw tooLong(limits);
  const header = parseHeader(line, limits.jsonDepth);
  return end < 0 ? { header } : { header, payload: text.slice(end + 1) };
}

/** `encodeFrame` for a text message. */
export function encodeTextFrame(header: object, payload?: string): string {
  const line = JSON.stringify(header);
  return payload === undefined ? line : `${line}\n${payload}`;
}

function tooLong(limits: HeaderLimits): FrameError {
  return new FrameError(`the header line is longer than ${limits.headerBytes} bytes`);
}

function decodeLine(line: Uint8Array): string {
  try {
    return decoder.decode(line);
  } catch {
    throw new FrameError('the header line is not UTF-8');
  }
}

function parseHeader(line: string, depth: number): Header {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new FrameError('the header line is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FrameError('the header line is not a JSON object');
  }
  checkValue(value, depth);
  return value as Header;
}

function checkValue(value: unknown, depth: number): void {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new FrameError('the header holds a number out of range');
  } else if (typeof value === 'object' && value !== null) {
    if (depth === 0) throw new FrameError('the header is nested too deep');
    if (Array.isArray(value)) {
      for (const item of value) checkValue(item, depth - 1);
    } else {
      checkMembers(value as Header, depth - 1);
    }
  }
}

function checkMembers(object: Header, depth: number): void {
  for (const key in object) {
    if (key === '__proto__') throw new FrameError('the header holds a key __proto__');
    checkValue(object[key], depth);
  }
}
