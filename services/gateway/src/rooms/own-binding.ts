import type { Member } from '@parley/protocol/internal';

/**
 * What a copy says of a connection of this gateway. `settled`: bound here, online. `replaced`: a later connection has
 * taken its place (I5). `disputed`: the copy lacks it, has it away, or has an older binding; that is for the owner to
 * judge, and never by itself a reason to end the connection (N5).
 */
export type OwnBinding = 'settled' | 'replaced' | 'disputed';

/** Judges one connection by the member as a copy has it. */
export function judgeOwnBinding(member: Member | undefined, n: number, gateway: string): OwnBinding {
  if (member === undefined || member.n < n) return 'disputed';
  if (member.n > n) return 'replaced';
  return member.gateway === gateway && member.online ? 'settled' : 'disputed';
}
