import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';

/** What a TURN server asks for. */
export interface Credential {
  readonly username: string;
  readonly credential: string;
}

/** How a TURN server answered a request. */
export type TurnAnswer =
  | { readonly ok: true; readonly lifetimeS: number; readonly relayPort: number | undefined }
  | { readonly ok: false; readonly code: number };

/** A TURN client on a UDP socket of its own: RFC 8656 with long-term credentials, as far as allocations go. */
export interface TurnClient {
  allocate(): Promise<TurnAnswer>;
  /** Of the allocation made before; a lifetime of 0 ends it. */
  refresh(lifetimeS: number): Promise<TurnAnswer>;
  close(): void;
}

const MAGIC = 0x2112a442;
const HEADER = 20;
const METHODS = { allocate: 0x003, refresh: 0x004 } as const;
const FAILURE = 0x0110;
const ATTRIBUTES = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  transport: 0x0019,
} as const;
const UDP = 17;
const INTEGRITY_BYTES = 24;
const RESEND_MS = 250;
const DEADLINE_MS = 5_000;

interface Message {
  readonly type: number;
  readonly attributes: ReadonlyMap<number, Buffer>;
}

type Attribute = readonly [type: number, value: Buffer];

/** Opens a client of the server on that port of 127.0.0.1. */
export async function openTurn(port: number, given: Credential): Promise<TurnClient> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  let challenge: { readonly realm: Buffer; readonly nonce: Buffer } | undefined;

  const signed = (attributes: readonly Attribute[]): { attributes: readonly Attribute[]; key?: Buffer } => {
    if (!challenge) return { attributes };
    const { realm, nonce } = challenge;
    const { username, credential } = given;
    const key = createHash('md5').update(`${username}:${realm.toString()}:${credential}`).digest();
    const own: Attribute[] = [
      [ATTRIBUTES.username, Buffer.from(username)],
      [ATTRIBUTES.realm, realm],
      [ATTRIBUTES.nonce, nonce],
    ];
    return { attributes: [...attributes, ...own], key };
  };
  const request = async (method: number, attributes: readonly Attribute[]): Promise<TurnAnswer> => {
    // The first answer is the challenge; a nonce may have become stale since.
    for (let tries = 1; ; tries += 1) {
      const answer = await exchange(socket, method, signed(attributes));
      const code = answer.type === (method | FAILURE) ? codeOf(answer) : undefined;
      if (code === undefined) return success(answer);
      const [realm, nonce] = [ATTRIBUTES.realm, ATTRIBUTES.nonce].map((one) => answer.attributes.get(one));
      const first = code === 401 && !challenge;
      if (!(first || code === 438) || !realm || !nonce || tries === 3) return { ok: false, code };
      challenge = { realm, nonce };
    }
  };
  return {
    allocate: () => request(METHODS.allocate, [[ATTRIBUTES.transport, Buffer.from([UDP, 0, 0, 0])]]),
    refresh: (lifetimeS) => request(METHODS.refresh, [[ATTRIBUTES.lifetime, uint32(lifetimeS)]]),
    close: () => socket.close(),
  };
}

function success({ attributes }: Message): TurnAnswer {
  const relayed = attributes.get(ATTRIBUTES.relayed);
  return {
    ok: true,
    lifetimeS: attributes.get(ATTRIBUTES.lifetime)?.readUInt32BE() ?? 0,
    relayPort: relayed && relayed.readUInt16BE(2) ^ (MAGIC >>> 16),
  };
}

function codeOf({ attributes }: Message): number {
  const error = attributes.get(ATTRIBUTES.error);
  return error ? error.readUInt8(2) * 100 + error.readUInt8(3) : 0;
}

/** Sends a request until it is answered. */
function exchange(
  socket: Socket,
  method: number,
  { attributes, key }: { readonly attributes: readonly Attribute[]; readonly key?: Buffer },
): Promise<Message> {
  const id = randomBytes(12);
  const bytes = encode(method, id, attributes, key);
  return new Promise((resolve, reject) => {
    const again = setInterval(() => socket.send(bytes), RESEND_MS);
    const late = setTimeout(() => finish(() => reject(new Error('the TURN server is silent'))), DEADLINE_MS);
    const finish = (settle: () => void): void => {
      clearInterval(again);
      clearTimeout(late);
      socket.off('message', take);
      settle();
    };
    const take = (answer: Buffer): void => {
      if (answer.length >= HEADER && answer.subarray(8, HEADER).equals(id)) {
        finish(() => resolve(decode(answer)));
      }
    };
    socket.on('message', take);
    socket.send(bytes);
  });
}

function encode(type: number, id: Buffer, attributes: readonly Attribute[], key?: Buffer): Buffer {
  const body = Buffer.concat(attributes.map(attribute));
  const header = (length: number): Buffer => Buffer.concat([uint16(type), uint16(length), uint32(MAGIC), id]);
  if (!key) return Buffer.concat([header(body.length), body]);
  // The length that is signed is that with the signature.
  const unsigned = Buffer.concat([header(body.length + INTEGRITY_BYTES), body]);
  const signature = createHmac('sha1', key).update(unsigned).digest();
  return Buffer.concat([unsigned, attribute([ATTRIBUTES.integrity, signature])]);
}

function attribute([type, value]: Attribute): Buffer {
  return Buffer.concat([uint16(type), uint16(value.length), value, Buffer.alloc(-value.length & 3)]);
}

function decode(bytes: Buffer): Message {
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + (-length & 3);
  }
  return { type: bytes.readUInt16BE(0), attributes };
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
