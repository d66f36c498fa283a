import { PATIENCE_MS } from './pair-facts.js';
import type { PairFacts } from './pair-facts.js';
import type { PairMessage } from './pair-messages.js';
import type { Verdict, VerdictCode } from './verdicts.js';

/** Why a message has not arrived. Of several causes the one that lies deepest: a gateway that died before a nack. */
export function judgeUndelivered(facts: PairFacts, message: PairMessage): Verdict | undefined {
  const { a, b, now, silent } = facts;
  const { from, to, signal, failure } = message;
  const [sender, recipient] = a.id === from ? [a, b] : [b, a];
  const told = FAILURES[failure ?? 'none'];
  const say = (code: VerdictCode): Verdict => ({ code, values: { from, to, signal } });
  if (told === 'forbidden' || told === 'replaced' || told === 'too-large') return say(told);
  if (recipient.leftAt !== undefined) return { code: 'left', values: { who: to } };
  if (sender.leftAt !== undefined) return { code: 'left', values: { who: from } };
  const gateway = message.via.findLast((id) => silent.has(id));
  if (gateway !== undefined && now - message.at >= PATIENCE_MS) {
    return { code: 'gateway-died', values: { from, to, signal, gateway } };
  }
  if (recipient.awaySince !== undefined || told === 'away') return say('away');
  if (told === 'left') return { code: 'left', values: { who: to } };
  if (now - message.at < PATIENCE_MS)
    return { code: 'in-progress', values: { ms: Math.round(Math.max(0, now - message.at)) } };
  return say(told ?? 'not-delivered');
}

const FAILURES: Readonly<Partial<Record<string, VerdictCode>>> = {
  forbidden: 'forbidden',
  outdated: 'replaced',
  stranger: 'replaced',
  size: 'too-large',
  rate: 'too-fast',
  away: 'away',
  draining: 'away',
  gone: 'left',
  left: 'left',
  wait: 'not-known-yet',
  unreachable: 'not-delivered',
};
