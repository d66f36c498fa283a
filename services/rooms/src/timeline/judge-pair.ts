import { judgeUndelivered } from './judge-undelivered.js';
import { PATIENCE_MS } from './pair-facts.js';
import type { PairFacts } from './pair-facts.js';
import type { PairMessage } from './pair-messages.js';
import type { Presence } from './presence.js';
import type { Verdict, VerdictCode, VerdictValues } from './verdicts.js';

/** From then on a delivery is worth a word. */
const LATE_MS = 1_000;

/**
 * What became of a pair: first what it comes to, then what made it late. The last offer decides, for that is what keeps
 * the two apart now; a link's acknowledgements tell what followed what, however clocks differ.
 */
export function judgePair(facts: PairFacts): readonly Verdict[] {
  const { a, b } = facts;
  const [first, second] = a.since <= b.since ? [a, b] : [b, a];
  if (first.leftAt !== undefined && first.leftAt <= second.since && facts.messages.length === 0) {
    return [{ code: 'never-met', values: { from: first.id, to: second.id } }];
  }
  return [judge(facts), ...latenesses(facts)];
}

function judge(facts: PairFacts): Verdict {
  const { messages, media } = facts;
  const bye = messages.findLast(({ signal }) => signal === 'bye');
  const offer = messages.findLast(({ signal }) => signal === 'offer');
  if (bye !== undefined && bye.at >= (offer?.at ?? 0)) return verdict('hung-up', { who: bye.from });
  if (media?.what === 'connected') {
    return verdict('connected', { ms: media.bytes });
  }
  if (media?.what === 'failed') {
    const code = facts.a.ice === 'relay' && facts.b.ice === 'relay' ? 'failed' : 'failed-no-relay';
    return verdict(code, { who: media.participant });
  }
  if (offer === undefined) return judgeNoOffer(facts);
  const last = messages.findLast(
    ({ signal, deliveredAt }) => signal === 'answer' && deliveredAt !== undefined,
  );
  // What was still under way when somebody left is of no interest.
  if ((facts.a.leftAt ?? facts.b.leftAt) !== undefined && last !== undefined)
    return judgeAnswered(facts, last);
  const answer = answerTo(facts, offer);
  return (
    judgeDelivery(facts, offer) ?? (answer ? judgeAnswered(facts, answer) : judgeUnanswered(facts, offer))
  );
}

/** What can be said if one message did not arrive, or its page does not know it; undefined if it did. */
function judgeDelivery(facts: PairFacts, message: PairMessage): Verdict | undefined {
  const { now, messages } = facts;
  // An answer tells that its offer has arrived, also where no link acknowledges.
  const known =
    message.acknowledgedAt ?? (message.signal === 'offer' ? answerTo(facts, message)?.at : undefined);
  if (known !== undefined) return undefined;
  const { from, to, signal, deliveredAt } = message;
  if (deliveredAt === undefined) return judgeUndelivered(facts, message);
  // Without a link there are no acknowledgements to wait for.
  if (message.gen === 0 || now - deliveredAt < PATIENCE_MS) return undefined;
  const recipient = facts.a.id === to ? facts.a : facts.b;
  if (recipient.leftAt !== undefined) return leftUnless(messages, recipient);
  if (recipient.awaySince !== undefined) return verdict('away', { from, to, signal });
  return verdict('not-acknowledged', { from, to, signal, ms: since(deliveredAt, now) });
}

/** Who left after all had gone well is not why it did not. */
function leftUnless(messages: readonly PairMessage[], { id, leftAt = 0 }: Presence): Verdict | undefined {
  const answered = messages.some(
    ({ signal, deliveredAt }) => signal === 'answer' && (deliveredAt ?? Infinity) <= leftAt,
  );
  return answered ? undefined : verdict('left', { who: id });
}

function judgeNoOffer(facts: PairFacts): Verdict {
  const { a, b, messages, now, silent } = facts;
  const forbidden = messages.find(({ failures }) => failures.has('forbidden'));
  if (forbidden !== undefined) return verdict('forbidden', { from: forbidden.from });
  const together = since(bothThere(facts), Math.min(a.leftAt ?? now, b.leftAt ?? now));
  const left = [a, b].find(({ leftAt }) => leftAt !== undefined);
  const patient = together >= PATIENCE_MS;
  if (left !== undefined && !patient) return verdict('left', { who: left.id });
  if (!patient) return verdict('in-progress', { ms: together });
  const lossy = [a, b].find(({ lost }) => lost > 0);
  if (lossy !== undefined) return verdict('overwritten', { who: lossy.id });
  const [gateway] = silent;
  const unknown = [a, b].some(({ gateways }) => gateways.length === 0);
  if (gateway !== undefined && unknown) return verdict('gateway-silent', { gateway });
  const away = [a, b].find(({ awaySince }) => awaySince !== undefined);
  if (away !== undefined)
    return verdict('away', { from: away === a ? b.id : a.id, to: away.id, signal: 'offer' });
  return verdict('no-offer', { ms: together });
}

function judgeUnanswered(facts: PairFacts, offer: PairMessage): Verdict {
  const { a, b, messages, now } = facts;
  const { from, to } = offer;
  const arrived = offer.acknowledgedAt ?? offer.deliveredAt ?? offer.at;
  const callee = a.id === to ? a : b;
  const forbidden = messages.find((one) => one.from === to && one.failures.has('forbidden'));
  if (forbidden !== undefined) return verdict('forbidden', { from: to });
  if (callee.leftAt !== undefined) return verdict('left', { who: to });
  const caller = callee === a ? b : a;
  if (caller.leftAt !== undefined) return verdict('left', { who: from });
  if (now - arrived < PATIENCE_MS) return verdict('in-progress', { ms: since(arrived, now) });
  if (callee.awaySince !== undefined) return verdict('away', { from, to, signal: 'offer' });
  const own = messages.findLast((one) => one.signal === 'offer' && one.from === to);
  if (own !== undefined && (own.deliveredAt ?? own.acknowledgedAt) !== undefined)
    return verdict('collision', {});
  return verdict('offer-not-answered', { from, to, ms: since(arrived, now) });
}

function judgeAnswered(facts: PairFacts, answer: PairMessage): Verdict {
  const { a, b, messages, now } = facts;
  const undelivered = judgeDelivery(facts, answer);
  if (undelivered !== undefined) return undelivered;
  const candidates = messages.filter(({ signal }) => signal === 'candidates');
  for (const one of candidates) {
    if (one.at < answer.at - PATIENCE_MS && one.deliveredAt === undefined) continue;
    const lost = judgeDelivery(facts, one);
    if (lost !== undefined) return lost;
  }
  const done = Math.max(answer.deliveredAt ?? answer.at, ...candidates.map(({ at }) => at));
  const quiet = [a, b].find(({ id }) => !candidates.some(({ from }) => from === id));
  // Where neither sends any, they are in the descriptions.
  if (quiet !== undefined && candidates.length > 0) {
    if (now - done < PATIENCE_MS) return verdict('in-progress', { ms: since(done, now) });
    return verdict('no-candidates', { who: quiet.id });
  }
  const ms = since(bothThere(facts), done);
  const poor = [a, b].find(({ ice }) => ice === 'unavailable');
  if (poor !== undefined) return verdict('complete-no-credentials', { who: poor.id, ms });
  const noRelay = [a, b].some(({ ice }) => ice === 'no-relay');
  return verdict(noRelay ? 'complete-no-relay' : 'complete', { ms });
}

/** The answer to an offer, or one that its sender gave instead of insisting (of two offers at once, one gives way). */
function answerTo({ messages, uncertaintyMs }: PairFacts, offer: PairMessage): PairMessage | undefined {
  const answers = messages.filter(({ signal }) => signal === 'answer');
  return answers.findLast((answer) => {
    const later = answer.at >= offer.at - uncertaintyMs;
    if (answer.from === offer.from) return later;
    if (offer.gen > 0 && answer.gen > 0) return answer.gen === offer.gen && answer.ack >= offer.seq;
    return later;
  });
}

function latenesses({ messages, silent }: PairFacts): Verdict[] {
  return messages.flatMap((message): Verdict[] => {
    const { signal, from, to, at, deliveredAt, sends: times, via, failures } = message;
    if ((signal !== 'offer' && signal !== 'answer') || deliveredAt === undefined) return [];
    if (deliveredAt - at < LATE_MS || (times < 2 && failures.size === 0)) return [];
    const values = { from, to, signal, ms: since(at, deliveredAt) };
    const gateway = via.find((id) => silent.has(id));
    if (gateway !== undefined) return [verdict('late-gateway', { ...values, gateway })];
    const away = (['away', 'wait', 'draining', 'gone'] as const).some((reason) => failures.has(reason));
    return [away ? verdict('late-away', values) : verdict('late-lost', { ...values, times })];
  });
}

function bothThere({ a, b }: PairFacts): number {
  return Math.max(a.since, b.since);
}

function since(from: number, to: number): number {
  return Math.max(0, Math.round(to - from));
}

function verdict(code: VerdictCode, values: VerdictValues): Verdict {
  return { code, values };
}
