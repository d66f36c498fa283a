import type { Directory, Endpoint } from '@parley/bus';
import type { Cancel, Clock, Random, Telemetry } from '@parley/kit';
import type { IceServer } from '@parley/protocol';
import { decodeBody, encodeBody } from '@parley/protocol/internal';
import type { MintReply, MintRequest } from '@parley/protocol/internal';

/** ICE servers for one participant for as long as it is connected here. */
export interface IceSupply {
  /** What there is after 250 ms at most; `[]` if nothing came. Later ones are pushed. */
  first: Promise<readonly IceServer[]>;
  /** No push follows. */
  stop(): void;
}

/** Where ICE servers come from: any live turn-credentials process. */
export interface IceServerSource {
  supply(app: string, participant: string, push: IcePush): IceSupply;
}

/** Takes ICE servers that came after the first, with their life in seconds. */
export type IcePush = (iceServers: readonly IceServer[], ttl: number) => void;

/** What a source works with. */
export interface IceServerDeps {
  readonly endpoint: Pick<Endpoint, 'request'>;
  readonly directory: Pick<Directory, 'live'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Pick<Telemetry, 'count' | 'observe'>;
}

/** A join waits no longer for ICE servers (JOIN-8). */
export const ICE_WAIT_MS = 250;
const DEADLINE_MS = 2_000;
const RETRY_MS = 30_000;
/** New ones are pushed when this part of the earlier ones' life has passed. */
const RENEW_AT = 0.8;

type Minted = Extract<MintReply, { readonly type: 'minted' }>;

interface Supply {
  readonly deps: IceServerDeps;
  readonly request: MintRequest;
  readonly push: IcePush;
  /** What the first answer goes to, while somebody waits for it. */
  waiting: ((iceServers: readonly IceServer[]) => void) | undefined;
  cancel: Cancel;
  stopped: boolean;
}

/** Creates the source. It never rejects: a participant without ICE servers can still signal. */
export function createIceServerSource(deps: IceServerDeps): IceServerSource {
  return {
    supply: (app, participant, push) => {
      const supply: Supply = {
        deps,
        request: { type: 'mint', app, identity: participant },
        push,
        waiting: undefined,
        cancel: () => undefined,
        stopped: false,
      };
      const first = new Promise<readonly IceServer[]>((resolve) => (supply.waiting = resolve));
      deps.clock.after(ICE_WAIT_MS, () => settle(supply, []));
      void renew(supply);
      return {
        first,
        stop: () => {
          supply.stopped = true;
          supply.cancel();
          settle(supply, []);
        },
      };
    },
  };
}

/** Mints, hands on, and comes back before what was minted expires. */
async function renew(supply: Supply): Promise<void> {
  const minted = await mint(supply);
  if (supply.stopped) return;
  const { clock } = supply.deps;
  if (minted.iceServers === undefined) {
    settle(supply, []);
    supply.cancel = clock.after(minted.retryAfterMs, () => void renew(supply));
    return;
  }
  const { iceServers, ttl } = minted;
  // None configured: there is nothing to renew, and nothing to tell.
  if (iceServers.length === 0) {
    settle(supply, []);
    return;
  }
  if (!settle(supply, iceServers)) supply.push(iceServers, ttl);
  supply.cancel = clock.after(Math.max(ttl * 1_000 * RENEW_AT, 1_000), () => void renew(supply));
}

function settle(supply: Supply, iceServers: readonly IceServer[]): boolean {
  const { waiting } = supply;
  supply.waiting = undefined;
  waiting?.(iceServers);
  return waiting !== undefined;
}

interface NotMinted {
  readonly iceServers?: undefined;
  readonly retryAfterMs: number;
}

async function mint({ deps, request }: Supply): Promise<Minted | NotMinted> {
  const { endpoint, directory, clock, random, telemetry } = deps;
  const peers = directory.live('turn-credentials').filter(({ draining }) => !draining);
  const peer = peers[random.below(Math.max(peers.length, 1))];
  if (peer === undefined) return { retryAfterMs: RETRY_MS };
  const askedAt = clock.now();
  const reply = await endpoint
    .request(peer.id, encodeBody(request), { deadlineMs: DEADLINE_MS })
    .then((body) => decodeBody<MintReply>(body))
    .catch(() => undefined);
  telemetry.observe('parley_gateway_mint_seconds', (clock.now() - askedAt) / 1_000);
  const result = reply?.type ?? 'failed';
  telemetry.count('parley_gateway_mints_total', { result: result === 'minted' ? 'ok' : result });
  if (reply?.type === 'minted') return reply;
  return { retryAfterMs: Math.max(reply?.retryAfterMs ?? RETRY_MS, 1_000) };
}
