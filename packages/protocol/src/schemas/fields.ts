import { z } from 'zod';

import type { Attributes, IceServer } from '../entities.js';
import { ERRORS } from '../errors.js';
import type { ErrorBody, ErrorCode, Retry } from '../errors.js';
import {
  ID_PATTERN,
  KEY_PATTERN,
  PARTICIPANT_ID_PATTERN,
  TRACEPARENT_PATTERN,
  UNPRINTABLE_PATTERN,
} from '../ids.js';
import { DEFAULT_LIMITS, FIELD_LIMITS } from '../limits.js';
import type { Extra, LinkHeader } from '../messages.js';
import type { Position } from '../position.js';
import { utf8Length } from '../utf8.js';
import { exactly } from './exactly.js';

/** An integer from 0 to 2^53 - 1. */
export const countSchema = z.int().min(0);
/** [epoch, version]. */
export const positionSchema = exactly<Position>()(z.tuple([countSchema, countSchema]));
/** [gen, seq, ack]. */
export const linkSchema = exactly<LinkHeader>()(z.tuple([countSchema, countSchema, countSchema]));
/** An id of anything. */
export const idSchema = z.string().regex(ID_PATTERN, { error: 'not an id' });
/** An id of a participant. */
export const participantIdSchema = z
  .string()
  .regex(PARTICIPANT_ID_PATTERN, { error: 'not an id of a participant' });
/** A participant's key. */
export const keySchema = z
  .string()
  .regex(KEY_PATTERN, { error: 'not 128 bits or more in base64url or hexadecimal' });

/** A `traceparent` of W3C Trace Context. */
export const traceparentSchema = z.string().regex(TRACEPARENT_PATTERN, { error: 'not a traceparent' });

/** Text of at most so many bytes in UTF-8. (The JSON Schema can only say characters.) */
export function textSchema(maxBytes: number) {
  return z
    .string()
    .max(maxBytes)
    .refine((text) => utf8Length(text) <= maxBytes, { error: `longer than ${maxBytes} bytes` });
}

/** Text of at most so many bytes without control characters. */
export function printableSchema(maxBytes: number) {
  return textSchema(maxBytes).refine((text) => !UNPRINTABLE_PATTERN.test(text), {
    error: 'holds control characters',
  });
}

/** A room's name. */
export const roomSchema = printableSchema(FIELD_LIMITS.roomBytes).min(1);
/** A name to show. */
export const nameSchema = printableSchema(FIELD_LIMITS.nameBytes);
/** A token as it is carried; what is in it is the verifier's affair. */
export const tokenSchema = textSchema(FIELD_LIMITS.tokenBytes).min(1);
/** What a signal is, for the recipient. */
export const kindSchema = printableSchema(FIELD_LIMITS.kindBytes);
/** What a client can do. */
export const capsSchema = z.array(printableSchema(FIELD_LIMITS.capBytes)).max(FIELD_LIMITS.caps);
/** What a connection can do. */
export const featuresSchema = z.array(printableSchema(FIELD_LIMITS.capBytes)).max(FIELD_LIMITS.features);

/** Free strings, 32 of them and 1 KiB as JSON at most. */
export const attributesSchema = exactly<Attributes>()(
  z
    .record(z.string(), z.string())
    .refine((attributes) => fits(attributes, DEFAULT_LIMITS.attributesBytes), {
      error: `longer than ${DEFAULT_LIMITS.attributesBytes} bytes`,
    })
    .refine((attributes) => Object.keys(attributes).length <= FIELD_LIMITS.attributes, {
      error: `more than ${FIELD_LIMITS.attributes} entries`,
    }),
);

/** Free fields, 256 bytes as JSON at most. */
export const extraSchema = exactly<Extra>()(
  z.record(z.string(), z.unknown()).refine((extra) => fits(extra, FIELD_LIMITS.extraBytes), {
    error: `longer than ${FIELD_LIMITS.extraBytes} bytes`,
  }),
);

function fits(value: object, maxBytes: number): boolean {
  return utf8Length(JSON.stringify(value)) <= maxBytes;
}

/** One ICE server. */
export const iceServerSchema = exactly<IceServer>()(
  z.object({
    urls: z.union([z.string(), z.array(z.string())]),
    username: z.exactOptional(z.string()),
    credential: z.exactOptional(z.string()),
  }),
);

/** A documented error code. */
export const errorCodeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);
/** An error as a reply carries it. */
export const errorBodySchema = exactly<ErrorBody>()(
  z.object({
    code: errorCodeSchema,
    message: z.string(),
    retry: z.enum(['no', 'now', 'after'] satisfies Retry[]),
    retryAfterMs: z.exactOptional(countSchema),
  }),
);
