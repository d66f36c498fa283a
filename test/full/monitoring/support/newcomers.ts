import type { Quality } from '@parley/protocol';
import { openRaw, randomKey } from '../../../support/raw-client.js';
import type { RawClient } from '../../../support/raw-client.js';

/** People who come all the time, stay for a moment, tell how their call does, and go. */
export interface Newcomers {
  /** From now on they tell of calls that fail, or go through TURN and take long. */
  complain(): void;
  /** Resolves when the last one has gone. */
  stop(): Promise<void>;
}

const EVERY_MS = 200;
const STAY_MS = 500;

/** They come to each gateway in turn; whether they are let in is for the metrics to tell. */
export function startNewcomers(urls: readonly string[]): Newcomers {
  const present = new Set<Promise<void>>();
  let complaining = false;
  let count = 0;
  const come = async (): Promise<void> => {
    count += 1;
    const url = urls[count % urls.length] ?? '';
    const client = await openRaw(`${url.replace('http', 'ws')}/v1/connect`);
    try {
      await join(client, `newcomers-${count % 10}`);
      client.frame(complaining ? badReport() : goodReport(count));
      await new Promise((resolve) => setTimeout(resolve, STAY_MS));
      client.frame({ type: 'leave', id: 3 });
    } finally {
      client.close();
    }
  };
  const timer = setInterval(() => {
    const visit = come()
      .catch(() => undefined)
      .finally(() => present.delete(visit));
    present.add(visit);
  }, EVERY_MS);
  return {
    complain: () => void (complaining = true),
    async stop() {
      clearInterval(timer);
      await Promise.all(present);
    },
  };
}

async function join(client: RawClient, room: string): Promise<void> {
  client.frame({ type: 'hello', id: 1 });
  client.frame({ type: 'join', id: 2, room, key: randomKey(), n: 1, name: 'Ann', caps: ['link1'] });
  await client.nextOf('welcome');
  const { header } = await client.nextOf('reply');
  if (header['result'] === undefined) throw new Error('refused');
}

function goodReport(count: number): Quality {
  const figures = { connectMs: 300 + (count % 7) * 90, rttMs: 20 + (count % 5) * 12, lossIn: 0.002 };
  const localCandidate = count % 4 === 0 ? 'srflx' : 'host';
  return { type: 'quality', pairs: [{ ...figures, localCandidate, remoteCandidate: 'host' }] };
}

function badReport(): Quality {
  const figures = { connectMs: 12_000, rttMs: 700, lossIn: 0.08 };
  const pair = { ...figures, localCandidate: 'relay', remoteCandidate: 'relay' } as const;
  return { type: 'quality', pairs: [pair], failures: 1, restarts: 1 };
}
