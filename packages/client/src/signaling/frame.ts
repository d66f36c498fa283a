import type { ServerHeader } from '@parley/protocol';

/** A frame of a server. */
export interface ServerFrame {
  readonly header: ServerHeader;
  readonly payload: string | undefined;
}

/** Splits a frame. Servers make headers of fields that they have checked: they are taken as they come. Throws a SyntaxError. */
export function readFrame(text: string): ServerFrame {
  const end = text.indexOf('\n');
  const line = end < 0 ? text : text.slice(0, end);
  return { header: JSON.parse(line) as ServerHeader, payload: end < 0 ? undefined : text.slice(end + 1) };
}

/** A frame for a server; fields that are `undefined` are left out. */
export function writeFrame(header: object, payload?: string): string {
  const line = JSON.stringify(header);
  return payload === undefined ? line : `${line}\n${payload}`;
}
