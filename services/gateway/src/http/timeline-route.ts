import { rankOwners } from '@parley/bus';
import type { Directory, Endpoint } from '@parley/bus';
import { corsHeaders, originAllowed, PREFLIGHT_HEADERS } from '@parley/kit';
import type { Clock } from '@parley/kit';
import { errorBody, isRoomName, KEY_PATTERN } from '@parley/protocol';
import type { ErrorCode } from '@parley/protocol';
import { decodeBody, encodeBody, roomKey } from '@parley/protocol/internal';
import type { OwnerReply, TimelineReply, TimelineRequest } from '@parley/protocol/internal';
import { addressPrefix, isLoopback } from '../address/address-prefix.js';
import { clientAddress } from '../address/client-address.js';
import type { GatewayConfig } from '../config.js';
import { createKeyedBuckets } from '../limits/keyed-buckets.js';
import type { Rate } from '../limits/token-bucket.js';
import type { HttpAnswer, HttpRoute, RequestHead } from '../socket/port.js';

/** What the route works with. */
export interface TimelineRouteDeps {
  readonly config: Pick<GatewayConfig, 'origins' | 'trustedProxies' | 'flightRecorderEvents'>;
  readonly endpoint: Pick<Endpoint, 'request'>;
  readonly directory: Pick<Directory, 'owners'>;
  readonly clock: Pick<Clock, 'now'>;
  /** SHA-256 in base64url: the key itself goes no further. */
  readonly hash: (text: string) => string;
}

type Buckets = ReturnType<typeof createKeyedBuckets>;

const PATH = '/v1/timeline';
/** The rooms service waits 2 s for gateways; the answer is out within 5 s (U4). */
const DEADLINE_MS = 4_000;
/** A question costs one request to every gateway: of one address, and of all together. */
const EACH: Rate = { perSecond: 0.5, burst: 5 };
const ALL: Rate = { perSecond: 5, burst: 20 };
const MAX_PREFIXES = 10_000;
const EVERYBODY = 'all';
const DEFAULT_APP = 'default';
const MAX_APP = 64;

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  bad_request: 400,
  token_required: 401,
  forbidden: 403,
  rate_limited: 429,
  unavailable: 503,
};

/**
 * `GET /v1/timeline?room=NAME&app=APP` (HTTP-5): a participant, known by its key, is told how the servers saw the calls
 * with each other member come about; of others' pairs it is told nothing. No routes where nothing is recorded.
 */
export function timelineRoutes(deps: TimelineRouteDeps): HttpRoute[] {
  if (deps.config.flightRecorderEvents === 0) return [];
  const each = createKeyedBuckets(EACH, MAX_PREFIXES);
  const all = createKeyedBuckets(ALL, 1);
  const answer = async (head: RequestHead): Promise<HttpAnswer> =>
    withCors(deps, head, await answerTo(deps, head, { each, all }));
  return [
    { method: 'GET', path: PATH, answer },
    { method: 'OPTIONS', path: PATH, answer: (head) => withCors(deps, head, { status: 204 }) },
  ];
}

async function answerTo(
  deps: TimelineRouteDeps,
  head: RequestHead,
  { each, all }: { readonly each: Buckets; readonly all: Buckets },
): Promise<HttpAnswer> {
  const query = new URLSearchParams(head.query);
  const [room, app] = [query.get('room') ?? '', query.get('app') ?? DEFAULT_APP];
  const key = /^Bearer +(\S+) *$/i.exec(head.headers.get('authorization') ?? '')?.[1] ?? '';
  if (!isRoomName(room) || app === '' || app.length > MAX_APP) return failure('bad_request');
  if (!KEY_PATTERN.test(key)) return failure('token_required');
  const now = deps.clock.now();
  const address = clientAddress(head.address, head.headers, deps.config.trustedProxies);
  const prefix = addressPrefix(address);
  // X8: in open mode nobody counts who asks from this machine.
  const isFree = deps.config.origins.mode === 'open' && isLoopback(address);
  if (!isFree && !each.take(prefix, now)) return failure('rate_limited', each.wait(prefix, now));
  if (!all.take(EVERYBODY, now)) return failure('rate_limited', all.wait(EVERYBODY, now));
  return ask(deps, { type: 'timeline', app, room, keyHash: deps.hash(key) });
}

async function ask(
  { directory, endpoint }: TimelineRouteDeps,
  request: TimelineRequest,
): Promise<HttpAnswer> {
  const [replica] = rankOwners(roomKey(request), directory.owners());
  if (replica === undefined) return failure('unavailable', 1_000);
  const reply = await endpoint
    .request(replica, encodeBody(request), { deadlineMs: DEADLINE_MS })
    .then((bytes) => decodeBody<TimelineReply | Extract<OwnerReply, { type: 'refused' }>>(bytes))
    .catch(() => undefined);
  if (reply?.type === 'timeline') return json(200, reply.timeline);
  return reply?.error === 'forbidden' ? failure('forbidden') : failure('unavailable', 1_000);
}

function failure(code: ErrorCode, retryAfterMs?: number): HttpAnswer {
  const answer = json(STATUS[code] ?? 500, { error: errorBody(code, undefined, retryAfterMs) });
  const headers = {
    ...answer.headers,
    ...(code === 'token_required' && { 'www-authenticate': 'Bearer' }),
    ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }),
  };
  return { ...answer, headers };
}

function json(status: number, value: object): HttpAnswer {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { status, headers, body: JSON.stringify(value) };
}

/** X2: pages of other Origins cannot read it, nor ask for it with a key. */
function withCors({ config }: TimelineRouteDeps, head: RequestHead, answer: HttpAnswer): HttpAnswer {
  const origin = head.headers.get('origin');
  const readable = origin !== undefined && originAllowed(config.origins, origin);
  if (head.method === 'OPTIONS' && !readable) return { status: 403, headers: { vary: 'Origin' } };
  const headers = {
    ...answer.headers,
    ...corsHeaders(config.origins, origin),
    ...(head.method === 'OPTIONS' && PREFLIGHT_HEADERS),
  };
  return { ...answer, headers };
}
