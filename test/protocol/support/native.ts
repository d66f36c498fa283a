import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { openRaw, randomKey } from '../../support/raw-client.js';
import type { Frame, RawClient } from '../../support/raw-client.js';
import { tokenOf } from './target.js';
import type { Target } from './target.js';

export { randomKey };
export type { Frame, RawClient };

/** A room's position. */
export type Position = readonly [epoch: number, version: number];

/** A client that has joined. */
export interface Member extends RawClient {
  readonly room: string;
  /** Undefined: anonymous in open mode. */
  readonly identity: string | undefined;
  readonly key: string;
  readonly n: number;
  readonly you: string;
  readonly resumed: boolean;
  /** The position of the join's reply. */
  readonly at: Position;
  /** What the snapshot behind the join held; none after a resume that got batches. */
  readonly roster: readonly Readonly<Record<string, unknown>>[];
}

/** How to connect and to join; what is absent is drawn or left out. */
export interface Wishes {
  readonly identity?: string | undefined;
  readonly token?: string;
  readonly key?: string;
  readonly n?: number;
  readonly at?: Position | undefined;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly caps?: readonly string[];
  readonly replaces?: string;
  /** Opens with `?resume=1`. */
  readonly hinted?: boolean;
}

/** A room that no other scenario uses. */
export function newRoom(): string {
  return `room-${randomBytes(9).toString('base64url')}`;
}

/** A new key, which must appear nowhere. */
export function newKey(target: Target): string {
  const key = randomKey();
  target.secrets.add(key);
  return key;
}

/** Where native clients connect. */
export function nativeUrl({ url }: Target, query = ''): string {
  return `${url.replace(/^http/, 'ws')}/v1/connect${query}`;
}

/** Opens a connection and says nothing. */
export async function open(target: Target, query = ''): Promise<RawClient> {
  const client = await openRaw(nativeUrl(target, query), ['parley.v1'], target.headers ?? {});
  target.clients?.push(client);
  return client;
}

/** The header of a `hello` that this target takes, for a client that may do all that clients may. */
export async function helloFor(target: Target, room: string | undefined, wishes: Wishes = {}) {
  const { identity = 'somebody', token } = wishes;
  const known = target.offers.has('jwt') || wishes.identity !== undefined;
  const grants = target.offers.has('jwt') ? { canUpdateOwnMetadata: true } : {};
  const drawn = token ?? (known ? await tokenOf(target, room, identity, { grants }) : undefined);
  return { type: 'hello', id: 1, ...(drawn !== undefined && { token: drawn }), features: ['link1'] };
}

/** A connection that is welcome. */
export async function greet(
  target: Target,
  room?: string,
  wishes: Wishes = {},
): Promise<RawClient & { limits: Record<string, number> }> {
  const hello = await helloFor(target, room, wishes);
  const client = await open(target, wishes.hinted === true ? '?resume=1' : '');
  client.frame(hello);
  const { header } = await client.next();
  assert.equal(header['type'], 'welcome', JSON.stringify(header));
  return Object.assign(client, { limits: header['limits'] as Record<string, number> });
}

/** Sends a join on a connection that is welcome; resolves with its reply, whatever it says. */
export function sendJoin(client: RawClient, room: string, wishes: Wishes & { key: string }): Promise<Frame> {
  const { key, n = 1, at, name, attributes, caps = ['link1'], replaces } = wishes;
  return request(client, { type: 'join', room, key, n, at, name, attributes, caps, replaces });
}

/** A member of a room; rejects with the reply if the join is refused. */
export async function join(target: Target, room: string, wishes: Wishes = {}): Promise<Member> {
  const client = await greet(target, room, wishes);
  return seat(target, client, room, wishes);
}

/** Makes a member of a connection that is welcome. */
export async function seat(
  target: Target,
  client: RawClient,
  room: string,
  wishes: Wishes = {},
): Promise<Member> {
  const { identity, n = 1, key = newKey(target) } = wishes;
  target.secrets.add(key);
  const result = resultOf(await sendJoin(client, room, { ...wishes, key })) as {
    you: string;
    resumed: boolean;
    at: Position;
  };
  const roster = wishes.at === undefined ? await takeSnapshot(client) : [];
  return Object.assign(client, { room, identity, key, n, ...result, roster });
}

/** The same participant on a new connection, with the next `n` if no other is wished for. */
export function rejoin(target: Target, member: Member, wishes: Wishes = {}): Promise<Member> {
  const { room, key, n, identity } = member;
  return join(target, room, { identity, key, n: n + 1, ...wishes });
}

/** All parts of the next snapshot, as one roster. */
export async function takeSnapshot(client: RawClient): Promise<Readonly<Record<string, unknown>>[]> {
  const roster: Readonly<Record<string, unknown>>[] = [];
  for (let part = 1, parts = 1; part <= parts; part += 1) {
    const { header, payload = '' } = await client.take(ofType('snapshot'));
    assert.equal(header['part'], part);
    parts = header['parts'] as number;
    roster.push(...(JSON.parse(payload) as { participants: typeof roster }).participants);
  }
  return roster;
}

let lastId = 1_000;

/** Sends a request with an id of its own; resolves with the reply. */
export function request(client: RawClient, header: object, payload?: string): Promise<Frame> {
  lastId += 1;
  const id = lastId;
  client.frame({ ...header, id }, payload);
  return client.take(({ header }) => header['id'] === id);
}

/** The result of a reply; fails if it is an error. */
export function resultOf({ header, raw }: Frame): Record<string, unknown> {
  assert.equal(header['type'], 'reply', raw);
  assert(header['result'] !== undefined, `refused: ${raw}`);
  assert.deepEqual(Object.keys(header).sort(), ['id', 'result', 'type']);
  return header['result'] as Record<string, unknown>;
}

/** Frames of a type. */
export function ofType(type: string): (frame: Frame) => boolean {
  return ({ header }) => header['type'] === type;
}

/** Once this resolves, all that the server had sent on this connection before is in `waiting`. */
export async function fence(client: RawClient): Promise<void> {
  lastId += 1;
  const id = lastId;
  client.frame({ type: 'ping', id });
  await client.take(({ header }) => header['type'] === 'pong' && header['id'] === id);
}

/** Frames of a type that have come and were not taken. */
export function waiting(client: RawClient, type: string): Frame[] {
  return client.waiting.filter(ofType(type));
}
