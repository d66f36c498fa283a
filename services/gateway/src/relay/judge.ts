import type { NackReason } from '@parley/protocol';
import type { Member, RoomState } from '@parley/protocol/internal';
import type { KnownIds } from './known-ids.js';

/** What becomes of a signal: given to the local session, sent to another gateway, turned back, or dropped. */
export type Verdict =
  | { readonly go: 'local' }
  | { readonly go: 'remote'; readonly gateway: string }
  | { readonly go: 'nack'; readonly reason: NackReason }
  | { readonly go: 'drop'; readonly reason: DropReason };

/** Why a signal goes nowhere and nobody is told: its sender's connection is not the participant's (any more). */
export type DropReason = 'outdated' | 'left' | 'stranger';

/** Where a signal stands. */
export interface Case {
  readonly self: string;
  /** This gateway's copy of the room. */
  readonly copy: RoomState | undefined;
  readonly known: Pick<KnownIds, 'has'>;
  readonly from: string;
  /** The sender's connection number. */
  readonly n: number;
  readonly to: string;
}

/** At the sender's gateway. */
export function judgeOutbound({ self, copy, from, n, to }: Omit<Case, 'known'>): Verdict {
  const sender = copy?.members.get(from);
  if (sender === undefined || sender.n > n) return { go: 'drop', reason: 'outdated' };
  const recipient = copy?.members.get(to);
  // The sender learned whom there is from this very copy: who is not in it has left, or never was.
  if (recipient === undefined || recipient.kind === 'hidden') return { go: 'nack', reason: 'gone' };
  if (!recipient.online) return { go: 'nack', reason: 'away' };
  return recipient.gateway === self ? { go: 'local' } : { go: 'remote', gateway: recipient.gateway };
}

/**
 * At the recipient's gateway: the sender must be in this copy with exactly that `n` at the gateway that sent it (I4, I5,
 * SIG-3). A copy that is behind says `wait`; one that is ahead knows better than the sender.
 */
export function judgeInbound(inbound: Case & { readonly gateway: string }): Verdict {
  const { self, copy, known, from, n, to, gateway } = inbound;
  const sender = copy?.members.get(from);
  if (sender === undefined) {
    return known.has(from) ? { go: 'drop', reason: 'left' } : { go: 'nack', reason: 'wait' };
  }
  const stale = judgeSender(sender, n, gateway);
  if (stale !== undefined) return stale;
  const recipient = copy?.members.get(to);
  if (recipient === undefined || recipient.kind === 'hidden') return missing(known, to);
  if (!recipient.online) return { go: 'nack', reason: 'away' };
  // It has moved: the sender's gateway is about to learn where.
  return recipient.gateway === self ? { go: 'local' } : { go: 'nack', reason: 'wait' };
}

function judgeSender(sender: Member, n: number, gateway: string): Verdict | undefined {
  if (sender.n > n) return { go: 'drop', reason: 'outdated' };
  if (sender.n < n) return { go: 'nack', reason: 'wait' };
  if (sender.gateway !== gateway || sender.kind === 'hidden') return { go: 'drop', reason: 'stranger' };
  return undefined;
}

function missing(known: Pick<KnownIds, 'has'>, to: string): Verdict {
  return { go: 'nack', reason: known.has(to) ? 'gone' : 'wait' };
}
