import type { z } from 'zod';

import { errorBody } from '../errors.js';
import type { ErrorBody } from '../errors.js';
import type { Header } from '../frame.js';
import type { ClientHeader } from '../messages.js';
import {
  helloSchema,
  joinSchema,
  leaveSchema,
  messageRequestSchema,
  pingSchema,
  qualitySchema,
  refreshSchema,
  signalToServerSchema,
  updateSchema,
} from './client-headers.js';
import { readSignal } from './read-signal.js';

/** A header with the fields of its type and no others, or what to answer; `id` if it carried a usable one. */
export type ParsedClientHeader =
  | { readonly ok: true; readonly header: ClientHeader }
  | { readonly ok: false; readonly error: ErrorBody; readonly id?: number };

const SCHEMAS: ReadonlyMap<string, z.ZodType<ClientHeader>> = new Map<string, z.ZodType<ClientHeader>>([
  ['signal', signalToServerSchema],
  ['hello', helloSchema],
  ['join', joinSchema],
  ['leave', leaveSchema],
  ['message', messageRequestSchema],
  ['update', updateSchema],
  ['refresh', refreshSchema],
  ['ping', pingSchema],
  ['quality', qualitySchema],
]);

/**
 * Checks the header of a decoded frame. `unsupported`: a type that this version does not know (those reserved for
 * moderators included); `bad_request`: a field is missing or not of its form, and the message names it, never its value.
 */
export function parseClientHeader(header: Header): ParsedClientHeader {
  const { type } = header;
  if (typeof type !== 'string') return refused(header, errorBody('bad_request', 'type: a string is missing'));
  if (type === 'signal') {
    const signal = readSignal(header);
    if (signal !== undefined) return { ok: true, header: signal };
  }
  const schema = SCHEMAS.get(type);
  if (schema === undefined) return refused(header, errorBody('unsupported'));
  const parsed = schema.safeParse(header);
  return parsed.success
    ? { ok: true, header: parsed.data }
    : refused(header, errorBody('bad_request', describe(parsed.error)));
}

function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  const field = issue?.path[0];
  return field === undefined ? 'not of its form' : `${String(field)}: ${issue?.message ?? 'not of its form'}`;
}

function refused(header: Header, error: ErrorBody): ParsedClientHeader {
  const { id } = header;
  return typeof id === 'number' && Number.isSafeInteger(id) && id >= 0
    ? { ok: false, error, id }
    : { ok: false, error };
}
