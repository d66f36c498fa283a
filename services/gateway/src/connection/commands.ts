import type { Verified } from '@parley/kit';
import type { Join } from '@parley/protocol';
import type { Command, JoinCommand } from '@parley/protocol/internal';
import { profileOf } from '../auth/profile.js';
import type { Mutation, SeatRef } from './connection.js';

/** What a join becomes inside the cluster: of the keys only hashes go on. */
export function toJoinCommand(
  join: Join,
  identity: Verified,
  at: { readonly gateway: string; readonly size: number; readonly hash: (text: string) => string },
): JoinCommand {
  const { gateway, size, hash } = at;
  return {
    do: 'join',
    keyHash: hash(join.key),
    sub: identity.sub,
    n: join.n,
    gateway,
    ...profileOf(identity, join),
    caps: join.caps ?? [],
    size,
    ...(join.replaces !== undefined && { replaces: hash(join.replaces) }),
  };
}

/** What a request of a joined participant becomes. */
export function toCommand({ you: id, n }: SeatRef, mutation: Mutation): Command {
  if ('data' in mutation) return { do: 'message', id, n, cmd: mutation.header.cmd, data: mutation.data };
  const { header } = mutation;
  if (header.type === 'leave') return { do: 'leave', id, n };
  const { cmd, name, attributes } = header;
  return {
    do: 'update',
    id,
    n,
    cmd,
    ...(name !== undefined && { name }),
    ...(attributes !== undefined && { attributes }),
  };
}
