import type { IceServer } from '@parley/protocol';
import { findLeaks } from '@parley/testkit';
import { WebSocket } from 'ws';

/** One frame as it came: the header parsed, the payload as text. */
export interface Frame {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: string | undefined;
  readonly raw: string;
  /** The message as it came, and whether it was a binary one. */
  readonly bytes: Uint8Array;
  readonly binary: boolean;
}

/** A WebSocket that keeps what it gets, for tests that say frame by frame what they expect. */
export interface RawClient {
  /** Sends text as it is. */
  send(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** Sends a header and, if given, a payload. */
  frame(header: object, payload?: string): void;
  /** The next frame that has not been taken. Rejects when the socket closes or 5 s pass first. */
  next(): Promise<Frame>;
  /** Takes frames until one of this type comes, and gives that one. */
  nextOf(type: string): Promise<Frame>;
  /** The first frame that matches, also one that came long ago; the others stay. Rejects as `next` does, after `ms`. */
  take(matches: (frame: Frame) => boolean, ms?: number): Promise<Frame>;
  /** The close code, once it is closed. */
  readonly closed: Promise<number>;
  /** What has come and has not been taken. */
  readonly waiting: readonly Frame[];
  /** The socket itself: its state, its subprotocol, `pause` and `resume`. */
  readonly socket: WebSocket;
  close(): void;
  terminate(): void;
}

/** Opens a socket; rejects with `http STATUS` when it is refused. */
export async function openRaw(
  url: string,
  protocols: string[] = ['parley.v1'],
  headers = {},
): Promise<RawClient> {
  const socket = new WebSocket(url, protocols, { headers });
  const inbox = createInbox(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => reject(new Error(`http ${response.statusCode}`)));
  });
  socket.on('error', () => undefined);
  const next = (): Promise<Frame> => inbox.take(() => true);
  return {
    ...inbox,
    send: (text) => socket.send(text),
    sendBinary: (bytes) => socket.send(bytes, { binary: true }),
    frame: (header, payload) =>
      socket.send(payload === undefined ? JSON.stringify(header) : `${JSON.stringify(header)}\n${payload}`),
    next,
    async nextOf(type) {
      for (;;) {
        const frame = await next();
        if (frame.header['type'] === type) return frame;
      }
    },
    socket,
    close: () => socket.close(),
    terminate: () => socket.terminate(),
  };
}

/** Frames that tell of something that went wrong. */
const ERRORS: ReadonlySet<unknown> = new Set(['error', 'nack', 'goodbye']);

/** What a socket has brought. */
function createInbox(socket: WebSocket): Pick<RawClient, 'take' | 'closed' | 'waiting'> {
  const frames: Frame[] = [];
  const wakers = new Set<() => void>();
  const wake = (): void => {
    for (const waker of [...wakers]) waker();
  };
  const closed = new Promise<number>((resolve) => {
    socket.once('close', (code: number) => {
      resolve(code);
      wake();
    });
  });
  socket.on('message', (data: Buffer, binary: boolean) => {
    const frame = parse(data, binary);
    checkError(frame);
    frames.push(frame);
    wake();
  });
  const change = (deadline: AbortSignal, late: Error): Promise<void> =>
    new Promise((resolve, reject) => {
      const waker = (): void => {
        wakers.delete(waker);
        resolve();
      };
      wakers.add(waker);
      deadline.onabort = () => reject(late);
      if (deadline.aborted) reject(late);
    });
  const take = async (matches: (frame: Frame) => boolean, ms = 5_000): Promise<Frame> => {
    const late = new Error(`no such frame within ${ms / 1_000} s`);
    const deadline = AbortSignal.timeout(ms);
    for (;;) {
      const index = frames.findIndex(matches);
      const [frame] = index < 0 ? [] : frames.splice(index, 1);
      if (frame !== undefined) return frame;
      if (socket.readyState === WebSocket.CLOSED)
        throw new Error(`closed with ${await closed} while a frame was awaited`);
      await change(deadline, late);
    }
  };
  return { take, closed, waiting: frames };
}

/** X10: what tells a client that something went wrong repeats nothing of what it said. */
function checkError({ header, raw }: Frame): void {
  const isError = header['error'] !== undefined || ERRORS.has(header['type']);
  const leaks = isError ? findLeaks(raw) : [];
  if (leaks.length > 0) throw new Error(`X10 a secret in an error frame:\n${leaks.join('\n')}`);
}

function parse(bytes: Buffer, binary: boolean): Frame {
  const raw = bytes.toString();
  const newline = raw.indexOf('\n');
  const line = newline < 0 ? raw : raw.slice(0, newline);
  return {
    raw,
    bytes,
    binary,
    header: parseHeader(line),
    payload: newline < 0 ? undefined : raw.slice(newline + 1),
  };
}

/** What the plain dialect carries need not have its JSON on one line: then there is no header. */
function parseHeader(line: string): Frame['header'] {
  try {
    return JSON.parse(line) as Frame['header'];
  } catch {
    return {};
  }
}

/** A random key as a client draws it. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('');
}

interface JoinResult {
  readonly you: string;
  readonly iceServers: readonly IceServer[];
}

/** A raw client that has said hello and joined; `you` is its id, `iceServers` those that came with the reply. */
export async function joinRaw(
  url: string,
  room: string,
  more: { readonly name?: string; readonly key?: string; readonly n?: number; readonly token?: string } = {},
): Promise<RawClient & JoinResult & { readonly key: string }> {
  const client = await openRaw(`${url.replace('http', 'ws')}/v1/connect`);
  const { token, key = randomKey(), n = 1, name = 'Ann' } = more;
  client.frame(token === undefined ? { type: 'hello', id: 1 } : { type: 'hello', id: 1, token });
  client.frame({ type: 'join', id: 2, room, key, n, name, caps: ['link1'] });
  await client.nextOf('welcome');
  const { header } = await client.nextOf('reply');
  const result = header['result'] as JoinResult | undefined;
  if (result === undefined) throw new Error(`join refused: ${JSON.stringify(header)}`);
  await client.nextOf('snapshot');
  return Object.assign(client, { you: result.you, key, iceServers: result.iceServers });
}
