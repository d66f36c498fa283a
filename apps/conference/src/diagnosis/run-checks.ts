import type { IceServer } from '@parley/client';
import type { Site } from '../app/site.js';
import type { MediaPort } from '../devices/media-port.js';
import type { CheckName, Outcome } from './check.js';
import { serversOf } from './ice-urls.js';
import type { IceWay } from './ice-urls.js';
import { tryBrowser, tryDevice } from './try-device.js';
import { tryIce } from './try-ice.js';
import { tryLocal } from './try-local.js';
import { tryServer } from './try-server.js';

/** What the checks are run with. */
export interface ChecksDeps {
  readonly media: MediaPort;
  readonly site: Site;
  /** A room in which nobody is. */
  readonly room: string;
  /** A check begins (no outcome yet), or is through. */
  readonly told: (name: CheckName, outcome?: Outcome) => void;
}

/** Tries everything that a call needs, one after the other; never rejects. */
export async function runChecks({ media, site, room, told }: ChecksDeps): Promise<void> {
  const run = async (name: CheckName, check: () => Promise<Outcome>): Promise<Outcome> => {
    told(name);
    const outcome = await check().catch((error: unknown): Outcome => ({
      result: 'failed',
      text: 'ended.otherText',
      values: { code: nameOf(error) },
    }));
    told(name, outcome);
    return outcome;
  };
  const browser = await run('browser', async () => tryBrowser(globalThis));
  let iceServers: readonly IceServer[] | undefined;
  await run('websocket', async () => {
    const answer = await tryServer(site, room);
    iceServers = answer.iceServers;
    return answer.outcome;
  });
  for (const kind of ['camera', 'microphone'] as const) await run(kind, () => tryDevice(media, kind));
  if (browser.text === 'check.browser.old') return;
  await run('local', tryLocal);
  const ice = async (way: IceWay): Promise<Outcome> =>
    iceServers ? tryIce(way, serversOf(iceServers, way)) : { result: 'skipped', text: 'check.unknown' };
  for (const way of ['stun', 'turn.udp', 'turn.tcp', 'turn.tls'] as const) await run(way, () => ice(way));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
