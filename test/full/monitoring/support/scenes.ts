import type { Crowd } from '../../../ci/reliability/support/crowd.js';
import { joinRaw } from '../../../support/raw-client.js';
import type { RawClient } from '../../../support/raw-client.js';
import type { Newcomers } from './newcomers.js';
import type { World } from './world.js';

/** One scene of the run, and which alerts (`name severity`) it sets off. */
export interface Scene {
  readonly what: string;
  /** These fire. */
  readonly must: readonly string[];
  /** What may begin to fire besides: other signs of the same fault, depending on who notices first. */
  readonly may: readonly string[];
  play(): Promise<void>;
}

/** Where a scene takes place: the cluster, and from `people come` on those who use it. */
export interface Stage {
  readonly world: World;
  people?: { readonly crowd: Crowd; readonly newcomers: Newcomers };
}

/**
 * What may begin in any scene after the first fault. The long windows of objectives remember what was, so that little is enough
 * to pass their thresholds; and a machine that is busy with more than this commits slowly at times.
 */
const LATE = [
  ...['ParleyJoinsFail page', 'ParleyJoinsFail ticket', 'ParleySignalsFail page', 'ParleySignalsFail ticket'],
  ...['ParleyResumesFail ticket', 'ParleyConnectionsRefused ticket', 'ParleyStoreSlow ticket'],
];

/** The run, in order; each scene lasts for as long as its alerts need. */
export function createScenes(stage: Stage): readonly Scene[] {
  return [...ofUse(stage), ...ofProcesses(stage), ...ofWhatIsAround(stage)];
}

function ofUse(stage: Stage): Scene[] {
  return [
    { what: 'nobody is there', must: [], may: [], play: () => seconds(20) },
    {
      what: 'people come',
      ...{ must: [], may: [] },
      play: async () => {
        stage.people = await stage.world.load();
        await seconds(40);
      },
    },
  ];
}

function ofProcesses(stage: Stage): Scene[] {
  const { world } = stage;
  return [
    {
      what: 'a gateway is killed',
      must: ['ParleyTargetDown page'],
      may: [...LATE, 'ParleyClusterDisagrees page', 'ParleyRecordsUndelivered ticket'],
      play: async () => {
        await world.at('gateway-1').kill();
        await seconds(8);
        await world.restart('gateway-1');
        await stage.people?.crowd.whole(60_000);
        await seconds(10);
      },
    },
    {
      what: 'a gateway drains for 20 minutes',
      must: ['ParleyDrainDoesNotEnd ticket'],
      may: [
        ...[...LATE, 'ParleyTargetDown page', 'ParleyClusterDisagrees page'],
        'ParleyRecordsUndelivered ticket',
      ],
      play: async () => {
        await world.at('gateway-2').stop();
        await world.restart('gateway-2');
        await seconds(5);
      },
    },
    {
      what: 'a gateway is full',
      must: ['ParleyConnectionsNearLimit ticket', 'ParleyConnectionsRefused page'],
      may: LATE,
      play: async () => {
        const fillers = await fill(world.urls[0] ?? '');
        for (const filler of fillers) filler.close();
        await seconds(8);
      },
    },
  ];
}

function ofWhatIsAround(stage: Stage): Scene[] {
  const { world } = stage;
  return [
    {
      what: 'TURN credentials are down',
      must: ['ParleyTurnMintsFail page', 'ParleyNoTurnCredentials page', 'ParleyTargetDown page'],
      may: [...LATE, 'ParleyClusterDisagrees page'],
      play: async () => {
        await world.at('turn-credentials-1').kill();
        await seconds(12);
        await world.restart('turn-credentials-1');
        await seconds(8);
      },
    },
    {
      what: 'Redis is silent for 12 minutes',
      must: [
        ...['ParleyDegraded page', 'ParleyBusLate ticket'],
        ...['ParleyJoinsFail page', 'ParleyJoinsFail ticket'],
      ],
      may: [
        ...[...LATE, 'ParleyNoGatewayReady page', 'ParleyResumesFail page', 'ParleyTurnMintsFail page'],
        // Once the store counts as unheard nobody asks it any more: its failures are few.
        'ParleyStoreFails page',
        'ParleyNoTurnCredentials page',
        ...['ParleyBusFails ticket', 'ParleyBusLosesMessages ticket', 'ParleyClusterDisagrees page'],
        ...['ParleyRoomsRefuse ticket', 'ParleyGhostsLinger ticket', 'ParleyRoomCopiesStale ticket'],
        'ParleyRecordsUndelivered ticket',
      ],
      play: async () => {
        world.redis.proxy.set({ blackhole: true });
        await seconds(12);
        world.redis.proxy.heal();
        await stage.people?.crowd.whole(60_000);
        await seconds(10);
      },
    },
    {
      what: 'browsers tell of bad calls',
      must: ['ParleyIceFails ticket', 'ParleyRelayShareHigh ticket', 'ParleyCallsConnectSlowly ticket'],
      may: LATE,
      play: async () => {
        stage.people?.newcomers.complain();
        await seconds(65);
      },
    },
  ];
}

/** Time itself is what alerts wait for. */
function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000));
}

/** For 16 s people come, and stay: most of them are refused. */
async function fill(url: string): Promise<RawClient[]> {
  const fillers: RawClient[] = [];
  const end = Date.now() + 16_000;
  while (Date.now() < end) {
    const filler = await joinRaw(url, `fillers-${fillers.length % 20}`).catch(() => undefined);
    if (filler === undefined) await seconds(0.1);
    else fillers.push(filler);
  }
  return fillers;
}
