import type { Span } from '@parley/kit';
import { createId } from '@parley/protocol';
import { decodeBody } from '@parley/protocol/internal';
import type { Command, CommandRequest, OwnerReply, OwnerRequest } from '@parley/protocol/internal';

import { canOwn } from './context.js';
import type { Context } from './context.js';
import { refusal } from './finish.js';
import type { Refusal } from './finish.js';
import { holdRoom } from './hold-room.js';
import type { Answer } from './job.js';
import { enqueue } from './run-room.js';

/**
 * Answers one request of a gateway. The owner answers also when it is not the owner by its own view: the store decides.
 * Resolves with exactly one reply, whatever happens; never rejects.
 */
export function answerRequest(ctx: Context, from: string, bytes: Uint8Array): Promise<OwnerReply> {
  const request = decodeBody<OwnerRequest>(bytes);
  if (request === undefined || !isAskable(request))
    return Promise.resolve({ type: 'refused', error: 'unsupported' });
  if (!canOwn(ctx)) return refuseWith(ctx, 'cannot_own');
  const room = holdRoom(ctx, request);
  if (room === undefined) return refuseWith(ctx, 'rooms');
  const span = request.type === 'command' ? startSpan(ctx, request) : undefined;
  return new Promise((resolve) => {
    const answer = span === undefined ? resolve : endingSpan(span, resolve);
    const { copy } = request;
    if (copy !== undefined) room.claims.set(from, copy);
    if (request.type === 'fetch') return enqueue(ctx, room, { kind: 'fetch', answer });
    const { seen } = request;
    const command = withNewId(ctx, request.command);
    enqueue(ctx, room, {
      ...{ kind: 'command', command, answer },
      ...(copy && { copy }),
      ...(seen && { seen }),
      ...(span && { span }),
    });
  });
}

/** Only what its gateway traces is traced here. */
function startSpan(
  { tracer }: Context,
  { app, room, command, traceparent }: CommandRequest,
): Span | undefined {
  if (traceparent === undefined) return undefined;
  const attributes = { app, room, command: command.do };
  return tracer?.start('rooms.command', { parent: traceparent, kind: 'server', attributes });
}

function endingSpan(span: Span, answer: Answer): Answer {
  return (reply) => {
    const refused =
      reply.type === 'refused' ? reply : reply.type === 'done' && !reply.reply.ok ? reply.reply : undefined;
    span.end({}, refused?.error);
    answer(reply);
  };
}

function refuseWith(ctx: Context, reason: Refusal): Promise<OwnerReply> {
  ctx.telemetry.count('parley_rooms_refused_total', { reason });
  return Promise.resolve(refusal(reason));
}

const ASKABLE: readonly unknown[] = [
  'join',
  'leave',
  'disconnected',
  'update',
  'message',
  'settings',
] satisfies Command['do'][];

/** What a gateway may ask: expiry and merges are the owner's own. */
function isAskable(request: OwnerRequest): boolean {
  if (request.type === 'fetch') return true;
  return request.type === 'command' && ASKABLE.includes(request.command.do);
}

function withNewId(ctx: Context, command: Command): Command {
  return command.do === 'join' ? { ...command, newId: createId('p', ctx.random.bytes) } : command;
}
