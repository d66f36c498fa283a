import { randomBytes } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import { createFrameReader, PONG, textFrame } from './frames.mjs';

const [TEXT, CLOSE, PING] = [1, 8, 9];

/**
 * Opens a raw WebSocket. Resolves with `{ write, ask, next, count, end }`: `write(bytes)` sends prepared frames;
 * `ask(text, matches)` sends a text and resolves with the first header that matches, `next(matches)` only waits for one;
 * from `count(onMessage)` on, messages are only counted; `pause` and `resume` stop reading. Unless `onClose` is given, a close of
 * the server ends the process: a bench with lost connections measures nothing.
 */
export function connect(url, path, onClose = lost) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTcp({ host: hostname, port: Number(port), noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(upgradeRequest(hostname, port, path)));
    let head = Buffer.alloc(0);
    const onHead = (chunk) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onHead);
      const status = head.subarray(0, head.indexOf('\r\n')).toString();
      if (!status.includes(' 101 ')) return reject(new Error(`${url}: ${status}`));
      resolve(createConnection(socket, head.subarray(end + 4), onClose));
    };
    socket.on('data', onHead);
  });
}

/** The bytes of a WebSocket upgrade, as text. */
export function upgradeRequest(host, port, path) {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: parley.v1',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function lost() {
  throw new Error('the server closed a connection');
}

function createConnection(socket, already, onClose) {
  const waiters = new Set();
  let onMessage;
  const onFrame = (opcode, length, payload) => {
    if (opcode === PING) socket.write(PONG);
    if (opcode === CLOSE) return onClose();
    if (opcode !== TEXT) return;
    if (onMessage) return onMessage(length);
    const header = JSON.parse(payload.toString().split('\n', 1)[0]);
    for (const waiter of waiters) waiter(header);
  };
  const read = createFrameReader(onFrame, () => onMessage === undefined);
  socket.on('data', read);
  if (already.length > 0) read(already);
  const next = (matches) =>
    new Promise((resolve) => {
      const waiter = (header) => {
        if (!matches(header)) return;
        waiters.delete(waiter);
        resolve(header);
      };
      waiters.add(waiter);
    });
  return {
    write: (bytes) => socket.write(bytes),
    ask(text, matches) {
      const answer = next(matches);
      socket.write(textFrame(text));
      return answer;
    },
    next,
    count: (listener) => void (onMessage = listener),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.destroy(),
  };
}
