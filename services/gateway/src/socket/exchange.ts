import { ANSWERS, encodeAnswer } from './answers.js';
import type { WireAnswer } from './answers.js';
import { attempt } from './attempt.js';
import { ANSWER_MS, MAX_BODY_BYTES } from './driver-context.js';
import type { DriverContext } from './driver-context.js';
import type { HttpRoute, RequestHead } from './port.js';
import { findRoute } from './routing.js';

/** An oversize body is read on up to here, so that a client that is still writing gets its 413 rather than a reset. */
const MAX_DRAINED_BYTES = 1024 * 1024;

/** What a driver tells of one HTTP request. */
export interface Exchange {
  /** A piece of the body; copied. */
  data(chunk: Uint8Array): void;
  /** The body is complete. */
  end(): void;
  /** The client has gone: nothing is answered any more. */
  abort(): void;
}

/** Writes the answer, called once unless aborted before; `close`: the connection cannot be used again. */
export type Reply = (answer: WireAnswer, close: boolean) => void;

/** One HTTP request from its head to its answer, within 5 s (U4). `reply` may be called before this returns. */
export function exchange(
  context: DriverContext,
  routes: readonly HttpRoute[],
  head: RequestHead,
  reply: Reply,
): Exchange {
  const found = findRoute(routes, head.method, head.path);
  if ('answer' in found) return refused(found.answer, reply);
  const { route } = found;
  const chunks: Uint8Array[] = [];
  let size = 0;
  let state: 'reading' | 'answering' | 'done' = 'reading';

  const finish = (answer: WireAnswer, close = false): void => {
    if (state === 'done') return;
    state = 'done';
    cancelDeadline();
    reply(answer, close);
  };
  const cancelDeadline = context.clock.after(ANSWER_MS, () => {
    if (state === 'reading') finish(ANSWERS.bodyLate, true);
    else finish(ANSWERS.late);
  });
  const answer = (): void =>
    attempt(
      () => route.answer(head, Buffer.concat(chunks)),
      (answered) => finish(encodeAnswer(answered)),
      (error) => {
        context.fault('http', error);
        finish(ANSWERS.failed);
      },
    );

  return {
    data(chunk) {
      if (state !== 'reading') return;
      size += chunk.byteLength;
      if (size > MAX_DRAINED_BYTES) finish(ANSWERS.tooLarge, true);
      else if (size <= MAX_BODY_BYTES) chunks.push(Uint8Array.from(chunk));
      else chunks.length = 0;
    },
    end() {
      if (state !== 'reading') return;
      if (size > MAX_BODY_BYTES) return finish(ANSWERS.tooLarge, true);
      state = 'answering';
      answer();
    },
    abort() {
      state = 'done';
      cancelDeadline();
    },
  };
}

/** No route: the body is read and forgotten, up to the same bound and deadline of the driver's own. */
function refused(answer: WireAnswer, reply: Reply): Exchange {
  reply(answer, false);
  return { data: () => undefined, end: () => undefined, abort: () => undefined };
}
