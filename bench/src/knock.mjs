import { connect } from 'node:net';
import { upgradeRequest } from './connect.mjs';

/**
 * Connects again and again at a steady rate and takes what comes. Resolves with how many were told in band that they
 * cannot be taken (`told`), answered 503 (`http`), or anything else, and how long the answers took.
 */
export function knock(url, perSecond, ms) {
  const counts = { told: 0, http: 0, other: 0 };
  const took = [];
  const start = performance.now();
  let [begun, open] = [0, 0];
  return new Promise((resolve) => {
    const finish = () => {
      took.sort((a, b) => a - b);
      const at = (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))];
      resolve({ ...counts, answerMs: { p50: at(0.5), p99: at(0.99) } });
    };
    const timer = setInterval(() => {
      const passed = performance.now() - start;
      if (passed >= ms) {
        clearInterval(timer);
        if (open === 0) finish();
        return;
      }
      for (const due = (passed / 1_000) * perSecond; begun < due; begun += 1) {
        open += 1;
        void once(url).then(({ what, afterMs }) => {
          counts[what] += 1;
          took.push(afterMs);
          open -= 1;
          if (open === 0 && performance.now() - start >= ms) finish();
        });
      }
    }, 5);
  });
}

/** One try; the answer is there with the first bytes, and the connection is over with their end. */
function once(url) {
  const { hostname, port } = new URL(url);
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let [answer, afterMs] = ['', 0];
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    socket.once('connect', () => socket.write(upgradeRequest(hostname, port, '/v1/connect')));
    socket.on('data', (chunk) => {
      afterMs ||= performance.now() - startedAt;
      answer += chunk.toString('latin1');
      // Whoever is told goodbye is closed next, and closes its end.
      if (answer.includes('"type":"goodbye"')) socket.end();
    });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      const isTold = answer.startsWith('HTTP/1.1 101') && answer.includes('"code":4100');
      const what = isTold ? 'told' : answer.startsWith('HTTP/1.1 503') ? 'http' : 'other';
      resolve({ what, afterMs: afterMs || performance.now() - startedAt });
    });
  });
}
