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

/** A TURN client on a UDP socket of its own: RFC 8656 with long-term credentials, as far as permissions go. */
export interface TurnClient {
  /** Of an address in this family; default IPv4. */
  allocate(family?: 4 | 6): Promise<TurnAnswer>;
  /** Of the allocation made before; a lifetime of 0 ends it. */
  refresh(lifetimeS: number): Promise<TurnAnswer>;
  /** Asks to be reached by, and to reach, a peer: its address in 4 or 16 bytes. Nothing is sent there. */
  permit(peer: Uint8Array): Promise<TurnAnswer>;
  /** The same by a channel, 0x4000 to 0x4fff. */
  bind(peer: Uint8Array, channel: number): Promise<TurnAnswer>;
  /** Has these bytes sent to a peer on 127.0.0.1; no answer comes. */
  send(port: number, data: Uint8Array): void;
  close(): void;
}

const MAGIC = 0x2112a442;
const HEADER = 20;
const METHODS = { allocate: 0x003, refresh: 0x004, permit: 0x008, bind: 0x009 } as const;
const SEND_INDICATION = 0x016;
const FAILURE = 0x0110;
const ATTRIBUTES = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  channel: 0x000c,
  lifetime: 0x000d,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  family: 0x0017,
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
/** An address is hidden in the id of its transaction: so attributes are made for one. */
type Attributes = readonly Attribute[] | ((id: Buffer) => readonly Attribute[]);

interface Signed {
  readonly attributes: readonly Attribute[];
  readonly key?: Buffer;
}

/** Opens a client of the server on that port of an IPv4 address. */
export async function openTurn(port: number, given: Credential, address = '127.0.0.1'): Promise<TurnClient> {
  const socket = createSocket('udp4');
  socket.connect(port, address);
  await once(socket, 'connect');
  let challenge: { readonly realm: Buffer; readonly nonce: Buffer } | undefined;

  const signed = (attributes: readonly Attribute[]): Signed => {
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
  const request = async (method: number, attributes: Attributes): Promise<TurnAnswer> => {
    // The first answer is the challenge; a nonce may have become stale since.
    for (let tries = 1; ; tries += 1) {
      const answer = await exchange(socket, method, (id) =>
        signed(typeof attributes === 'function' ? attributes(id) : attributes),
      );
      const code = answer.type === (method | FAILURE) ? codeOf(answer) : undefined;
      if (code === undefined) return success(answer);
      const [realm, nonce] = [ATTRIBUTES.realm, ATTRIBUTES.nonce].map((one) => answer.attributes.get(one));
      const first = code === 401 && !challenge;
      if (!(first || code === 438) || !realm || !nonce || tries === 3) return { ok: false, code };
      challenge = { realm, nonce };
    }
  };
  return {
    allocate: (family = 4) =>
      request(METHODS.allocate, [
        [ATTRIBUTES.transport, Buffer.from([UDP, 0, 0, 0])],
        ...(family === 6 ? [[ATTRIBUTES.family, Buffer.from([2, 0, 0, 0])] as const] : []),
      ]),
    refresh: (lifetimeS) => request(METHODS.refresh, [[ATTRIBUTES.lifetime, uint32(lifetimeS)]]),
    permit: (peer) => request(METHODS.permit, (id) => [[ATTRIBUTES.peer, hidden(peer, 0, id)]]),
    bind: (peer, channel) =>
      request(METHODS.bind, (id) => [
        [ATTRIBUTES.channel, Buffer.concat([uint16(channel), uint16(0)])],
        [ATTRIBUTES.peer, hidden(peer, 9, id)],
      ]),
    send(port, data) {
      const id = randomBytes(12);
      const peer = hidden(Buffer.from([127, 0, 0, 1]), port, id);
      socket.send(
        encode(SEND_INDICATION, id, [
          [ATTRIBUTES.peer, peer],
          [ATTRIBUTES.data, Buffer.from(data)],
        ]),
      );
    },
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

/** XOR-…-ADDRESS: an address and a port as middleboxes do not see them. */
function hidden(address: Uint8Array, port: number, id: Buffer): Buffer {
  const mask = Buffer.concat([uint32(MAGIC), id]);
  const family = address.length === 16 ? 2 : 1;
  return Buffer.concat([
    Buffer.from([0, family]),
    uint16(port ^ (MAGIC >>> 16)),
    Buffer.from(address.map((byte, index) => byte ^ (mask[index] ?? 0))),
  ]);
}

/** Sends a request until it is answered. */
function exchange(socket: Socket, method: number, sign: (id: Buffer) => Signed): Promise<Message> {
  const id = randomBytes(12);
  const { attributes, key } = sign(id);
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
