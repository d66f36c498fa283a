import { z } from 'zod';

import type {
  ClientHeader,
  Hello,
  Join,
  Leave,
  MessageRequest,
  Ping,
  Quality,
  Refresh,
  SignalToServer,
  Update,
} from '../messages.js';
import { exactly } from './exactly.js';
import {
  attributesSchema,
  capsSchema,
  countSchema,
  extraSchema,
  featuresSchema,
  keySchema,
  kindSchema,
  linkSchema,
  nameSchema,
  participantIdSchema,
  positionSchema,
  roomSchema,
  tokenSchema,
  traceparentSchema,
} from './fields.js';

/** First frame of a connection. */
export const helloSchema = exactly<Hello>()(
  z.object({
    type: z.literal('hello'),
    id: countSchema,
    token: z.exactOptional(tokenSchema),
    features: z.exactOptional(featuresSchema),
  }),
);

/** Joins or resumes. */
export const joinSchema = exactly<Join>()(
  z.object({
    type: z.literal('join'),
    id: countSchema,
    room: roomSchema,
    key: keySchema,
    n: countSchema,
    at: z.exactOptional(positionSchema),
    name: z.exactOptional(nameSchema),
    attributes: z.exactOptional(attributesSchema),
    caps: z.exactOptional(capsSchema),
    replaces: z.exactOptional(keySchema),
    traceparent: z.exactOptional(traceparentSchema),
  }),
);

/** Leaves. */
export const leaveSchema = exactly<Leave>()(
  z.object({ type: z.literal('leave'), id: countSchema, cmd: z.exactOptional(countSchema) }),
);

/** Precedes a payload for one participant. */
export const signalToServerSchema = exactly<SignalToServer>()(
  z.object({
    type: z.literal('signal'),
    to: participantIdSchema,
    kind: z.exactOptional(kindSchema),
    link: z.exactOptional(linkSchema),
    x: z.exactOptional(extraSchema),
    traceparent: z.exactOptional(traceparentSchema),
  }),
);

/** Precedes a payload for the room. */
export const messageRequestSchema = exactly<MessageRequest>()(
  z.object({ type: z.literal('message'), id: countSchema, cmd: countSchema }),
);

/** Changes name or attributes. */
export const updateSchema = exactly<Update>()(
  z.object({
    type: z.literal('update'),
    id: countSchema,
    cmd: countSchema,
    name: z.exactOptional(nameSchema),
    attributes: z.exactOptional(attributesSchema),
  }),
);

/** Hands in a newer token. */
export const refreshSchema = exactly<Refresh>()(
  z.object({ type: z.literal('refresh'), id: countSchema, token: tokenSchema }),
);

/** Asks for a pong. */
export const pingSchema = exactly<Ping>()(
  z.object({ type: z.literal('ping'), id: z.exactOptional(countSchema) }),
);

const candidateTypeSchema = z.enum(['host', 'srflx', 'prflx', 'relay']);
const amountSchema = z.number().min(0);

/** Tells how calls do. */
export const qualitySchema = exactly<Quality>()(
  z.object({
    type: z.literal('quality'),
    pairs: z.exactOptional(
      z
        .array(
          z.object({
            peer: z.exactOptional(participantIdSchema),
            state: z.exactOptional(z.enum(['connected', 'failed'])),
            connectMs: z.exactOptional(amountSchema),
            localCandidate: z.exactOptional(candidateTypeSchema),
            remoteCandidate: z.exactOptional(candidateTypeSchema),
            rttMs: z.exactOptional(amountSchema),
            lossIn: z.exactOptional(amountSchema),
          }),
        )
        .max(16),
    ),
    failures: z.exactOptional(countSchema),
    restarts: z.exactOptional(countSchema),
  }),
);

/** Every header of a client. */
export const clientHeaderSchema = exactly<ClientHeader>()(
  z.discriminatedUnion('type', [
    helloSchema,
    joinSchema,
    leaveSchema,
    signalToServerSchema,
    messageRequestSchema,
    updateSchema,
    refreshSchema,
    pingSchema,
    qualitySchema,
  ]),
);
