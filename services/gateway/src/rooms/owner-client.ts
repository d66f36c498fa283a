import { rankOwners, RequestError } from '@parley/bus';
import type { Directory, Endpoint } from '@parley/bus';
import type { Cancel, Clock, Random, Telemetry } from '@parley/kit';
import { encodeBody, roomKey } from '@parley/protocol/internal';
import type { OwnerReply, OwnerRequest, RoomRef } from '@parley/protocol/internal';
import { readOwnerReply } from './record-shapes.js';
import type { RoomMetric } from './telemetry.js';

/** Requests to whichever replica owns a room now. Who answered is not remembered: placement follows heartbeats alone (N8). */
export interface OwnerClient {
  /**
   * Resolves with the owner's reply, or, within 3 s, with a refusal `unavailable`; never rejects. A reply that comes
   * up to 10 s later, when this has been refused already, goes to `late`.
   */
  ask(request: OwnerRequest, late?: (reply: OwnerReply) => void): Promise<OwnerReply>;
  /** The replica that owns a room now; undefined when there is none. */
  ownerOf(room: RoomRef): string | undefined;
  /** A refusal `unavailable`, to come back after 0.5 to 1.5 s. */
  unavailable(): Refused;
  /** Refuses what waits and whatever is asked from now on. */
  stop(): void;
}

/** A reply that refuses. */
export type Refused = Extract<OwnerReply, { type: 'refused' }>;

/** What an owner client works with. `placement`: all ids, best owner first; `rankOwners` by default. */
export interface OwnerClientDeps {
  readonly endpoint: Pick<Endpoint, 'request'>;
  readonly directory: Pick<Directory, 'owners'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
  readonly placement?: (key: string, ids: readonly string[]) => readonly string[];
}

/** How long one replica has before the request is hedged, and again before it fails. Milliseconds. */
export const OWNER_DEADLINE_MS = 1_500;
const LINGER_MS = 10_000;

interface Client extends OwnerClientDeps {
  readonly calls: Set<Call>;
  stopped: boolean;
}

/** One request on its way to one or more replicas. */
interface Call {
  readonly request: OwnerRequest;
  readonly body: Uint8Array;
  readonly tried: Set<string>;
  readonly settle: (reply: OwnerReply) => void;
  readonly late: (reply: OwnerReply) => void;
  readonly startedAt: number;
  waiting: number;
  hedged: boolean;
  state: 'open' | 'answered' | 'failed';
  cancel: Cancel;
}

/** Creates the client; nothing is kept between requests. */
export function createOwnerClient(deps: OwnerClientDeps): OwnerClient {
  const client: Client = { ...deps, calls: new Set(), stopped: false };
  return {
    ask: (request, late = () => undefined) => ask(client, request, late),
    ownerOf: (room) => rank(client, room)[0],
    unavailable: () => unavailable(client),
    stop: () => {
      client.stopped = true;
      for (const call of [...client.calls]) fail(client, call);
    },
  };
}

function ask(client: Client, request: OwnerRequest, late: Call['late']): Promise<OwnerReply> {
  if (client.stopped) return Promise.resolve(unavailable(client));
  return new Promise((resolve) => {
    const call: Call = {
      request,
      body: encodeBody(request),
      tried: new Set(),
      settle: resolve,
      late,
      startedAt: client.clock.now(),
      waiting: 0,
      hedged: false,
      state: 'open',
      cancel: client.clock.after(OWNER_DEADLINE_MS, () => onDeadline(client, call)),
    };
    client.calls.add(call);
    if (!tryNext(client, call)) fail(client, call);
  });
}

/** Sends the request to the best replica that has not had it; false if there is none. */
function tryNext(client: Client, call: Call): boolean {
  const next = rank(client, call.request).find((id) => !call.tried.has(id));
  if (next === undefined) return false;
  call.tried.add(next);
  call.waiting += 1;
  client.endpoint.request(next, call.body, { deadlineMs: LINGER_MS }).then(
    (bytes) => onReply(client, call, bytes),
    (error: unknown) => onFailure(client, call, error),
  );
  return true;
}

function onReply(client: Client, call: Call, bytes: Uint8Array): void {
  const reply = readOwnerReply(call.request, bytes);
  const expected = call.request.type === 'fetch' ? 'state' : 'done';
  if (reply === undefined || (reply.type !== 'refused' && reply.type !== expected)) {
    return onFailure(client, call, new RequestError('refused', 'not a reply'));
  }
  call.waiting -= 1;
  if (call.state === 'failed' && !client.stopped) call.late(reply);
  if (call.state === 'open') finish(client, call, reply);
}

function onFailure(client: Client, call: Call, error: unknown): void {
  call.waiting -= 1;
  if (call.state !== 'open') return;
  const code = error instanceof RequestError ? error.code : 'refused';
  // Nobody has that inbox, so nothing has happened there: another try is no hedge.
  if (code === 'unreachable' && tryNext(client, call)) return countHedge(client, 'unreachable');
  if (code === 'refused' && hedge(client, call)) return countHedge(client, 'refused');
  if (call.waiting === 0) fail(client, call);
}

function onDeadline(client: Client, call: Call): void {
  if (call.state !== 'open') return;
  if (!hedge(client, call)) return fail(client, call);
  countHedge(client, 'deadline');
  call.cancel = client.clock.after(OWNER_DEADLINE_MS, () => fail(client, call));
}

function hedge(client: Client, call: Call): boolean {
  if (call.hedged) return false;
  call.hedged = true;
  return tryNext(client, call);
}

function fail(client: Client, call: Call): void {
  if (call.state !== 'open') return;
  finish(client, call, unavailable(client), 'failed');
}

function finish(client: Client, call: Call, reply: OwnerReply, result: 'failed' | 'done' = 'done'): void {
  call.state = result === 'failed' ? 'failed' : 'answered';
  call.cancel();
  client.calls.delete(call);
  const request = call.request.type === 'fetch' ? 'fetch' : call.request.command.do;
  const metric: RoomMetric = 'parley_gateway_owner_request_seconds';
  const told = result === 'done' && reply.type === 'refused' ? 'refused' : result;
  client.telemetry.observe(metric, (client.clock.now() - call.startedAt) / 1000, { request, result: told });
  call.settle(reply);
}

function countHedge(client: Client, cause: 'deadline' | 'unreachable' | 'refused'): void {
  const metric: RoomMetric = 'parley_gateway_owner_hedges_total';
  client.telemetry.count(metric, { cause });
}

function rank(client: Client, room: RoomRef): readonly string[] {
  const { placement = rankOwners } = client;
  return placement(roomKey(room), client.directory.owners());
}

function unavailable({ random }: Client): Refused {
  return { type: 'refused', error: 'unavailable', retryAfterMs: 500 + random.below(1_001) };
}
