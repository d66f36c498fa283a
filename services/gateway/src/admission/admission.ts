import { originAllowed } from '@parley/kit';
import type { Clock, Telemetry } from '@parley/kit';
import type { CloseReason } from '@parley/protocol';
import { addressPrefix, isLoopback } from '../address/address-prefix.js';
import { clientAddress } from '../address/client-address.js';
import type { GatewayConfig } from '../config.js';
import { createKeyedBuckets } from '../limits/keyed-buckets.js';
import type { KeyedBuckets } from '../limits/keyed-buckets.js';
import { fullBucket, take } from '../limits/token-bucket.js';
import type { Rate, TokenBucket } from '../limits/token-bucket.js';
import type { HttpAnswer, RequestHead } from '../socket/port.js';
import type { Load } from './load.js';

/** Who may open a connection: cap, load, rate, address, Origin, in this order; no store, no bus, no token (C2). */
export interface Admission {
  judge(head: RequestHead): Judgement;
  /** Counts against an address prefix: a token that cannot be verified, or a hint to resume that was not true. */
  charge(prefix: string, offence: 'bad-token' | 'false-resume'): void;
}

/** Let in; refused after an upgrade, which browsers can read (CONN-2); or refused by HTTP. */
export type Judgement =
  | { readonly admit: Admitted }
  | { readonly tell: CloseReason; readonly retryAfterMs: number }
  | { readonly refuse: HttpAnswer };

/** What a connection remembers of its upgrade. */
export interface Admitted {
  readonly hinted: boolean;
  /** Undefined where address limits do not apply. */
  readonly prefix: string | undefined;
}

/** What admission works with. */
export interface AdmissionDeps {
  readonly config: GatewayConfig;
  readonly clock: Pick<Clock, 'now'>;
  readonly telemetry: Pick<Telemetry, 'count'>;
  readonly connections: () => number;
  readonly draining: () => boolean;
  readonly load: () => Load;
}

type Cause = 'cap' | 'load' | 'rate' | 'address' | 'origin' | 'draining';

interface State extends AdmissionDeps {
  readonly addresses: KeyedBuckets;
  readonly badTokens: KeyedBuckets;
  fresh: TokenBucket;
  hinted: TokenBucket;
  refusals: TokenBucket;
}

const MAX_PREFIXES = 50_000;
const HALF_HOUR_S = 1_800;
/** What a false hint costs of an address's upgrades. */
const FALSE_RESUME_COST = 5;
const MIN_RETRY_MS = 1_000;

/** Creates it; its memory is bounded whoever connects. */
export function createAdmission(deps: AdmissionDeps): Admission {
  const { config, clock } = deps;
  const now = clock.now();
  const badTokens = config.badTokensPerHalfHour;
  const state: State = {
    ...deps,
    addresses: createKeyedBuckets(config.addressUpgrades, MAX_PREFIXES),
    badTokens: createKeyedBuckets({ perSecond: badTokens / HALF_HOUR_S, burst: badTokens }, MAX_PREFIXES),
    fresh: fullBucket(config.upgrades, now),
    hinted: fullBucket(config.upgrades, now),
    refusals: fullBucket(config.refusals, now),
  };
  return {
    judge: (head) => judge(state, head),
    charge: (prefix, offence) => {
      const buckets = offence === 'bad-token' ? state.badTokens : state.addresses;
      buckets.charge(prefix, clock.now(), offence === 'bad-token' ? 1 : FALSE_RESUME_COST);
    },
  };
}

function judge(state: State, head: RequestHead): Judgement {
  const { config, clock } = state;
  const now = clock.now();
  const hinted = new URLSearchParams(head.query).get('resume') === '1';
  if (state.draining()) return turnAway(state, 'draining', MIN_RETRY_MS);
  const cap = config.maxConnections + (hinted ? Math.ceil(config.maxConnections / 10) : 0);
  if (state.connections() >= cap) return turnAway(state, 'cap', 5 * MIN_RETRY_MS);
  const load = state.load();
  if (load === 'overloaded' || (load === 'busy' && !hinted)) return turnAway(state, 'load', 5 * MIN_RETRY_MS);
  if (!spend(state, hinted ? 'hinted' : 'fresh', config.upgrades))
    return turnAway(state, 'rate', MIN_RETRY_MS);
  const prefix = limitedPrefix(state, head);
  const wait = prefix === undefined ? 0 : addressWait(state, { prefix, hinted }, now);
  if (wait > 0) return turnAway(state, 'address', Math.max(wait, MIN_RETRY_MS));
  if (!originAllowed(config.origins, head.headers.get('origin'))) {
    state.telemetry.count('parley_gateway_upgrades_refused_total', { cause: 'origin', how: 'http' });
    return { refuse: { status: 403, body: 'this Origin is not allowed\n' } };
  }
  return { admit: { hinted, prefix } };
}

/** X8: in open mode nobody counts who connects from this machine. */
function limitedPrefix({ config }: State, head: RequestHead): string | undefined {
  const address = clientAddress(head.address, head.headers, config.trustedProxies);
  return config.origins.mode === 'open' && isLoopback(address) ? undefined : addressPrefix(address);
}

function addressWait(
  state: State,
  { prefix, hinted }: { readonly prefix: string; readonly hinted: boolean },
  now: number,
): number {
  const { addresses, badTokens } = state;
  const banned = badTokens.wait(prefix, now);
  if (banned > 0) countLimit(state, 'bad-tokens');
  if (banned > 0) return banned;
  if (addresses.take(prefix, now)) return 0;
  // Who resumes goes first, unless its address owes for hints that were not true.
  const wait = addresses.wait(prefix, now);
  if (hinted && wait < MIN_RETRY_MS) return 0;
  countLimit(state, 'address');
  return wait;
}

function countLimit({ telemetry }: State, limit: 'upgrades' | 'address' | 'bad-tokens'): void {
  telemetry.count('parley_gateway_rate_limited_total', { limit });
}

const REASONS: Readonly<Record<Exclude<Cause, 'origin'>, CloseReason>> = {
  draining: 'draining',
  cap: 'overloaded',
  load: 'overloaded',
  rate: 'overloaded',
  address: 'rate_limited',
};

function turnAway(state: State, cause: Exclude<Cause, 'origin'>, retryAfterMs: number): Judgement {
  const told = spend(state, 'refusals', state.config.refusals);
  const how = told ? 'told' : 'http';
  state.telemetry.count('parley_gateway_upgrades_refused_total', { cause, how });
  if (cause === 'rate') countLimit(state, 'upgrades');
  if (told) return { tell: REASONS[cause], retryAfterMs };
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return { refuse: { status: 503, headers: { 'retry-after': String(seconds) }, body: 'try again later\n' } };
}

function spend(state: State, which: 'fresh' | 'hinted' | 'refusals', rate: Rate): boolean {
  const left = take(state[which], rate, state.clock.now());
  if (left !== undefined) state[which] = left;
  return left !== undefined;
}
