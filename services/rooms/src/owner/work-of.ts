import type { Binding, Command, RoomState } from '@parley/protocol/internal';

import { expired } from '../room/expiry.js';
import type { Context } from './context.js';
import type { Heard } from './fork.js';
import { copiesOf } from './gather.js';
import type { Job } from './job.js';
import type { OwnedRoom } from './owned-room.js';
import type { Turn, Work } from './turn.js';

/**
 * The commands of one turn, in order: merges first, of a fork and of listings, so that what is asked is judged on the
 * whole room. Whoever asks may be known from the listing alone that came right behind the question.
 */
export function workOf(
  room: OwnedRoom,
  state: RoomState,
  turn: Turn,
): Work & { readonly commands: Command[] } {
  const { fork } = room;
  const commands: Command[] = [];
  const places = new Map<Job, number>();
  if (fork !== undefined) {
    const heard = [...fork.listings.values()];
    const copies = [...fork.copies, ...copiesOf(state, heard)];
    commands.push({ do: 'merge', copies, listings: heard.map(({ listing }) => listing) });
    for (const one of heard) commands.push(...missingFrom(state, one));
  }
  for (const job of turn.jobs) {
    if (job.kind !== 'listing') continue;
    const { heard } = job;
    commands.push({ do: 'merge', copies: copiesOf(state, [heard]), listings: [heard.listing] });
    commands.push(...missingFrom(state, heard));
  }
  for (const job of turn.jobs) {
    if (job.kind !== 'command') continue;
    places.set(job, commands.length);
    commands.push(job.command);
  }
  return { commands, places, isMerge: fork !== undefined };
}

/** What was bound to a gateway when it was asked and is neither listed nor joining there is not connected (N3). */
function missingFrom(state: RoomState, { from, listing, wanted }: Heard): Command[] {
  const listed = new Set(listing.members.map(({ id }) => id));
  const joining = new Set(listing.joining.map(({ keyHash }) => keyHash));
  const members: Binding[] = wanted.filter(({ id }) => {
    const member = state.members.get(id);
    return member !== undefined && !listed.has(id) && !joining.has(member.keyHash);
  });
  return members.length === 0 ? [] : [{ do: 'disconnected', gateway: from, members }];
}

/** Healthy time stands at its last tick: whoever is noted as away since now may have been away for that much less. */
const HEALTHY_GRAIN_MS = 250;

/** The command that ends who has been away for too long, if there is anybody. */
export function expireCommand(ctx: Context, room: OwnedRoom): Command | undefined {
  const members = expired(room.away, ctx.healthy.now(), ctx.config.resumeMs + HEALTHY_GRAIN_MS);
  return members.length === 0 ? undefined : { do: 'expire', members };
}
