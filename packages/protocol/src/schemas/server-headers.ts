import { z } from 'zod';

import { CLOSE_CODES } from '../close-codes.js';
import type { Limits } from '../limits.js';
import type {
  Batch,
  CommitResult,
  Degraded,
  ErrorFrame,
  Goodbye,
  GoodbyeAction,
  IceServers,
  JoinResult,
  Nack,
  NackReason,
  Pong,
  Reply,
  ServerHeader,
  SignalToClient,
  Snapshot,
  Welcome,
} from '../messages.js';
import { exactly } from './exactly.js';
import {
  countSchema,
  errorBodySchema,
  errorCodeSchema,
  extraSchema,
  featuresSchema,
  iceServerSchema,
  idSchema,
  kindSchema,
  linkSchema,
  participantIdSchema,
  positionSchema,
} from './fields.js';

/** The limits that `welcome` tells. */
export const limitsSchema = exactly<Limits>()(
  z.object({
    frameBytes: countSchema,
    headerBytes: countSchema,
    messageBytes: countSchema,
    signalsPerSecond: countSchema,
    burst: countSchema,
    roomSize: countSchema,
    attributesBytes: countSchema,
    resumeMs: countSchema,
    pingMs: countSchema,
    reportMs: z.exactOptional(countSchema),
  }),
);

/** Answer to `hello`. */
export const welcomeSchema = exactly<Welcome>()(
  z.object({
    type: z.literal('welcome'),
    id: countSchema,
    gateway: idSchema,
    features: featuresSchema,
    limits: limitsSchema,
  }),
);

/** Result of a join. */
export const joinResultSchema = exactly<JoinResult>()(
  z.object({
    you: participantIdSchema,
    resumed: z.boolean(),
    at: positionSchema,
    iceServers: z.array(iceServerSchema),
  }),
);

/** Result of a request that changed the room. */
export const commitResultSchema = exactly<CommitResult>()(z.object({ at: positionSchema }));

/** The one answer to a request. */
export const replySchema = exactly<Reply>()(
  z.union([
    z.object({
      type: z.literal('reply'),
      id: countSchema,
      result: z.union([joinResultSchema, commitResultSchema, z.object({})]),
    }),
    z.object({ type: z.literal('reply'), id: countSchema, error: errorBodySchema }),
  ]),
);

/** A fault that no reply could tell. */
export const errorFrameSchema = exactly<ErrorFrame>()(
  z.object({ type: z.literal('error'), code: errorCodeSchema, message: z.string() }),
);

/** Precedes one part of the roster. */
export const snapshotSchema = exactly<Snapshot>()(
  z.object({
    type: z.literal('snapshot'),
    part: z.int().min(1),
    parts: z.int().min(1),
    at: positionSchema,
    recovered: z.boolean(),
  }),
);

/** Precedes the changes of one commit. */
export const batchSchema = exactly<Batch>()(
  z.object({ type: z.literal('batch'), at: positionSchema, prev: positionSchema }),
);

/** Precedes the payload of another participant. */
export const signalToClientSchema = exactly<SignalToClient>()(
  z.object({
    type: z.literal('signal'),
    from: participantIdSchema,
    kind: z.exactOptional(kindSchema),
    link: z.exactOptional(linkSchema),
    x: z.exactOptional(extraSchema),
  }),
);

const NACK_REASONS = [
  'wait',
  'away',
  'gone',
  'unreachable',
  'rate',
  'size',
  'draining',
] as const satisfies readonly NackReason[];

/** Why a signal was not delivered. */
export const nackSchema = exactly<Nack>()(
  z.object({
    type: z.literal('nack'),
    to: participantIdSchema,
    link: z.exactOptional(linkSchema),
    reason: z.enum(NACK_REASONS),
    retryAfterMs: z.exactOptional(countSchema),
  }),
);

/** Fresh ICE servers. */
export const iceServersSchema = exactly<IceServers>()(
  z.object({ type: z.literal('ice-servers'), iceServers: z.array(iceServerSchema), ttl: countSchema }),
);

/** Whether the gateway is cut off. */
export const degradedSchema = exactly<Degraded>()(
  z.object({ type: z.literal('degraded'), degraded: z.boolean() }),
);

/** Announces a close. */
export const goodbyeSchema = exactly<Goodbye>()(
  z.object({
    type: z.literal('goodbye'),
    code: z.int().min(4000).max(4299),
    reason: z.string().meta({ examples: Object.keys(CLOSE_CODES) }),
    action: z.enum(['resume', 'rejoin', 'stop'] satisfies GoodbyeAction[]),
    retryAfterMs: z.exactOptional(countSchema),
  }),
);

/** Answer to `ping`. */
export const pongSchema = exactly<Pong>()(
  z.object({ type: z.literal('pong'), id: z.exactOptional(countSchema) }),
);

/** Every header of a server. */
export const serverHeaderSchema = exactly<ServerHeader>()(
  z.union([
    welcomeSchema,
    replySchema,
    errorFrameSchema,
    snapshotSchema,
    batchSchema,
    signalToClientSchema,
    nackSchema,
    iceServersSchema,
    degradedSchema,
    goodbyeSchema,
    pongSchema,
  ]),
);
