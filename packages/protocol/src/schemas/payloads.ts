import { z } from 'zod';

import type {
  Change,
  LeftReason,
  Participant,
  ParticipantKind,
  ParticipantStatus,
  RoomInfo,
  SnapshotPart,
} from '../entities.js';
import { exactly } from './exactly.js';
import {
  attributesSchema,
  capsSchema,
  countSchema,
  nameSchema,
  participantIdSchema,
  roomSchema,
} from './fields.js';

const KINDS = [
  'standard',
  'hidden',
  'agent',
  'recorder',
  'sfu',
] as const satisfies readonly ParticipantKind[];
const STATUSES = ['online', 'away'] as const satisfies readonly ParticipantStatus[];
const LEFT_REASONS = ['left', 'removed', 'expired', 'closed'] as const satisfies readonly LeftReason[];

/** A participant as others see it. */
export const participantSchema = exactly<Participant>()(
  z.object({
    id: participantIdSchema,
    name: nameSchema,
    kind: z.enum(KINDS),
    status: z.enum(STATUSES),
    caps: capsSchema,
    attributes: attributesSchema,
  }),
);

/** A room as its members see it. */
export const roomInfoSchema = exactly<RoomInfo>()(
  z.object({ name: roomSchema, locked: z.boolean(), size: countSchema }),
);

/** The payload of a `snapshot`. */
export const snapshotPartSchema = exactly<SnapshotPart>()(
  z.object({ room: roomInfoSchema, participants: z.array(participantSchema) }),
);

/** One change of a kind that version 1 knows. */
export const changeSchema = exactly<Change>()(
  z.discriminatedUnion('what', [
    z.object({
      what: z.literal('joined'),
      participant: participantSchema,
      replaces: z.exactOptional(participantIdSchema),
    }),
    z.object({ what: z.literal('left'), participant: participantIdSchema, reason: z.enum(LEFT_REASONS) }),
    z.object({ what: z.literal('status'), participant: participantIdSchema, status: z.enum(STATUSES) }),
    z.object({
      what: z.literal('updated'),
      participant: participantIdSchema,
      name: z.exactOptional(nameSchema),
      attributes: z.exactOptional(attributesSchema),
    }),
    z.object({
      what: z.literal('room'),
      locked: z.exactOptional(z.boolean()),
      size: z.exactOptional(countSchema),
    }),
    z.object({ what: z.literal('message'), from: participantIdSchema, data: z.string() }),
  ]),
);

const KNOWN = ['joined', 'left', 'status', 'updated', 'room', 'message'] satisfies Change['what'][];

/** A change of a kind that a later version may add. */
export const unknownChangeSchema = z.looseObject({
  what: z
    .string()
    .refine((what) => !KNOWN.some((known) => known === what))
    .meta({ not: { enum: KNOWN } }),
});

/** The payload of a `batch`: a known change that is malformed is a fault, an unknown one is not. */
export const changesSchema = z.array(z.union([changeSchema, unknownChangeSchema]));
