import { randomBytes } from 'node:crypto';
import { connect } from './connect.mjs';

const PER_ROOM = 4;
/** As long as anybody waits for the answer to a join. */
const PATIENCE_MS = 5_000;

/**
 * Newcomers at a steady rate, each of whom connects, joins a room of four and goes again. Resolves with how many came, how
 * many a second were joined within the time, and how long those waited.
 */
export async function storm(url, perSecond, ms) {
  const start = performance.now();
  const took = [];
  let [begun, refused] = [0, 0];
  const all = [];
  const arrive = async (number) => {
    const startedAt = performance.now();
    try {
      await join(url, `storm-${process.pid}-${Math.floor(number / PER_ROOM)}`);
      if (performance.now() - start < ms) took.push(performance.now() - startedAt);
    } catch {
      refused += 1;
    }
  };
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const passed = performance.now() - start;
      for (const due = (passed / 1_000) * perSecond; begun < due; begun += 1) all.push(arrive(begun));
      if (passed < ms) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  await Promise.all(all);
  took.sort((a, b) => a - b);
  const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
  return {
    begun,
    refused,
    joinedPerSecond: (took.length * 1_000) / ms,
    tookMs: { p50: at(0.5), p99: at(0.99) },
  };
}

/** Rejects when it is refused, closed, or not answered in time. */
function join(url, room) {
  return new Promise((resolve, reject) => {
    let open;
    const late = setTimeout(() => {
      open?.end();
      reject(new Error('no answer'));
    }, PATIENCE_MS);
    connect(url, '/v1/connect', () => reject(new Error('closed')))
      .then(async (socket) => {
        open = socket;
        try {
          await socket.ask('{"type":"hello","id":1}', ({ type }) => type === 'welcome');
          const key = randomBytes(16).toString('hex');
          const request = JSON.stringify({ type: 'join', id: 2, room, key, n: 1, name: 'storm', caps: [] });
          const { result } = await socket.ask(request, ({ type, id }) => type === 'reply' && id === 2);
          if (result === undefined) throw new Error('refused');
        } finally {
          socket.end();
        }
      })
      .then(resolve, reject)
      .finally(() => clearTimeout(late));
  });
}
