import { ANSWERS, encodeAnswer } from './answers.js';
import type { WireAnswer } from './answers.js';
import type { DriverContext } from './driver-context.js';
import type { HttpAnswer, UpgradeRoute } from './port.js';

/** What a route answers before the request is read; undefined: it is to be read. Never throws. */
export function earlyAnswer(
  { fault }: Pick<DriverContext, 'fault'>,
  route: UpgradeRoute,
  query: string,
): WireAnswer | undefined {
  try {
    const answer = route.turnAway?.(query);
    return answer && encodeOnce(answer);
  } catch (error) {
    fault('upgrade', error);
    return ANSWERS.failed;
  }
}

const encoded = new WeakMap<HttpAnswer, WireAnswer>();

function encodeOnce(answer: HttpAnswer): WireAnswer {
  const known = encoded.get(answer);
  if (known !== undefined) return known;
  const wire = encodeAnswer(answer);
  encoded.set(answer, wire);
  return wire;
}
