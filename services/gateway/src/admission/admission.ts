import { originAllowed } from '@parley/kit';
import type { Clock, Telemetry } from '@parley/kit';
import type { CloseReason } from '@parley/protocol';
import { addressPrefix, isLoopback } from '../address/address-prefix.js';
import { clientAddress } from '../address/client-address.js';
import type { GatewayConfig } from '../config.js';
import { createKeyedBuckets } from '../limits/keyed-buckets.js';
import type { KeyedBuckets } from '../limits/keyed-buckets.js';
import { createPacedBucket } from '../limits/paced-bucket.js';
import type { PacedBucket } from '../limits/paced-bucket.js';
import { fullBucket, take } from '../limits/token-bucket.js';
import type { TokenBucket } from '../limits/token-bucket.js';
import type { HttpAnswer, RequestHead } from '../socket/port.js';
import type { LoadWatch } from './load.js';

/** Who may open a connection: cap, load, rate, address, Origin, in this order; no store, no bus, no token (C2). */
export interface Admission {
  /**
   * Whoever cannot be taken on, whatever else is asked, and is not to be told in band: the answer, at the cost of reading the
   * query. Undefined: to be judged.
   */
  turnAway(query: string): HttpAnswer | undefined;
  judge(head: RequestHead): Judgement;
  /** Counts against an address prefix: a token that cannot be verified, or a hint to resume that was not true. */
  charge(prefix: string, offence: 'bad-token' | 'false-resume'): void;
  /** One that passed as resuming has joined anew: counts against its address prefix as one newcomer. */
  countFresh(prefix: string): void;
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
  readonly loadWatch: Pick<LoadWatch, 'load' | 'standingLagMs'>;
}

type Cause = 'cap' | 'load' | 'rate' | 'address' | 'origin' | 'draining';

interface State extends AdmissionDeps {
  readonly addresses: KeyedBuckets;
  readonly badTokens: KeyedBuckets;
  readonly fresh: PacedBucket;
  readonly hinted: PacedBucket;
  refusals: TokenBucket;
}

const MAX_PREFIXES = 50_000;
const HALF_HOUR_S = 1_800;
/** What a false hint costs of an address's upgrades. */
const FALSE_RESUME_COST = 5;
const MIN_RETRY_MS = 1_000;
/** The lag towards which newcomers are paced, as a part of that at which nobody new is let in; who resumes has twice that. */
const PACED_FROM = 0.02;

/** Creates it; its memory is bounded whoever connects. */
export function createAdmission(deps: AdmissionDeps): Admission {
  const { config, clock, loadWatch } = deps;
  const lagMs = loadWatch.standingLagMs;
  const now = clock.now();
  const targetMs = PACED_FROM * config.shedLagMs;
  const badTokens = config.badTokensPerHalfHour;
  const state: State = {
    ...deps,
    addresses: createKeyedBuckets(config.addressUpgrades, MAX_PREFIXES),
    badTokens: createKeyedBuckets({ perSecond: badTokens / HALF_HOUR_S, burst: badTokens }, MAX_PREFIXES),
    fresh: createPacedBucket({ limit: config.upgrades, lagMs, targetMs }, now),
    hinted: createPacedBucket({ limit: config.upgrades, lagMs, targetMs: 2 * targetMs }, now),
    refusals: fullBucket(config.refusals, now),
  };
  return {
    turnAway: (query) => turnAwayEarly(state, query),
    judge: (head) => judge(state, head),
    charge: (prefix, offence) => {
      const buckets = offence === 'bad-token' ? state.badTokens : state.addresses;
      buckets.charge(prefix, clock.now(), offence === 'bad-token' ? 1 : FALSE_RESUME_COST);
    },
    countFresh: (prefix) => state.addresses.charge(prefix, clock.now(), 1),
  };
}

function judge(state: State, head: RequestHead): Judgement {
  const { config, clock } = state;
  const now = clock.now();
  const hinted = isHinted(head.query);
  const full = isFull(state, hinted);
  if (full !== undefined) return turnAway(state, full);
  const upgrades = hinted ? state.hinted : state.fresh;
  const paced = isPaced(upgrades, now);
  if (paced !== undefined) return turnAway(state, paced);
  upgrades.take(now);
  const prefix = limitedPrefix(state, head);
  const wait = prefix === undefined ? 0 : addressWait(state, { prefix, hinted }, now);
  if (wait > 0) return turnAway(state, { cause: 'address', retryAfterMs: Math.max(wait, MIN_RETRY_MS) });
  if (!originAllowed(config.origins, head.headers.get('origin'))) {
    state.telemetry.count('parley_gateway_upgrades_refused_total', { cause: 'origin', how: 'http' });
    return { refuse: { status: 403, body: 'this Origin is not allowed\n' } };
  }
  return { admit: { hinted, prefix } };
}

/** Counts and answers as `judge` would: under a storm most are refused here, and what that costs is not there for others. */
function turnAwayEarly(state: State, query: string): HttpAnswer | undefined {
  const now = state.clock.now();
  if (mayTell(state, now) !== undefined) return undefined;
  const hinted = isHinted(query);
  const full = isFull(state, hinted) ?? isPaced(hinted ? state.hinted : state.fresh, now);
  if (full === undefined) return undefined;
  count(state, full.cause, 'http');
  return full.retryAfterMs > MIN_RETRY_MS ? LATER : SOON;
}

interface Full {
  readonly cause: Exclude<Cause, 'origin'>;
  readonly retryAfterMs: number;
}

function isFull(state: State, hinted: boolean): Full | undefined {
  const { config } = state;
  if (state.draining()) return { cause: 'draining', retryAfterMs: MIN_RETRY_MS };
  const cap = config.maxConnections + (hinted ? Math.ceil(config.maxConnections / 10) : 0);
  if (state.connections() >= cap) return { cause: 'cap', retryAfterMs: 5 * MIN_RETRY_MS };
  const load = state.loadWatch.load();
  const isBusy = load === 'overloaded' || (load === 'busy' && !hinted);
  return isBusy ? { cause: 'load', retryAfterMs: 5 * MIN_RETRY_MS } : undefined;
}

function isPaced(upgrades: PacedBucket, now: number): Full | undefined {
  if (upgrades.has(now)) return undefined;
  return { cause: upgrades.isPaced() ? 'load' : 'rate', retryAfterMs: MIN_RETRY_MS };
}

/** A hint, and no more: who resumes says so. */
function isHinted(query: string): boolean {
  return query !== '' && new URLSearchParams(query).get('resume') === '1';
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

function turnAway(state: State, { cause, retryAfterMs }: Full): Judgement {
  const left = mayTell(state, state.clock.now());
  if (left !== undefined) state.refusals = left;
  count(state, cause, left === undefined ? 'http' : 'told');
  return left === undefined ? { refuse: tryAgain(retryAfterMs) } : { tell: REASONS[cause], retryAfterMs };
}

function count(state: State, cause: Full['cause'], how: 'told' | 'http'): void {
  state.telemetry.count('parley_gateway_upgrades_refused_total', { cause, how });
  if (cause === 'rate') countLimit(state, 'upgrades');
}

/** The bucket of refusals in band without one; undefined when there is none left. */
function mayTell({ refusals, config }: State, now: number): TokenBucket | undefined {
  return take(refusals, config.refusals, now);
}

function tryAgain(retryAfterMs: number): HttpAnswer {
  const seconds = Math.ceil(retryAfterMs / 1_000);
  return { status: 503, headers: { 'retry-after': String(seconds) }, body: 'try again later\n' };
}

/** One object for all, so that it is encoded once. */
const SOON = tryAgain(MIN_RETRY_MS);
const LATER = tryAgain(5 * MIN_RETRY_MS);
