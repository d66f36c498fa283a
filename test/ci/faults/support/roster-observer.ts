import { applyBatch, rosterFrom } from '@parley/protocol';
import type { Batch, Change, Roster, Snapshot, SnapshotPart } from '@parley/protocol';
import { openRaw, randomKey } from '../../../support/raw-client.js';
import { after } from './proxied-server.js';

/** Somebody who joins a room once and then keeps a roster by what the gateway sends. */
export interface RosterObserver {
  roster(): Roster | undefined;
  /** Whether a batch ever came that did not follow the one before. */
  torn(): boolean;
  close(): void;
}

/** Resolves once the first snapshot is there; a join that is refused for the moment is tried again as it is told to be. */
export async function observeRoster(url: string, room: string): Promise<RosterObserver> {
  const client = await openRaw(`${url.replace('http', 'ws')}/v1/connect`);
  let roster: Roster | undefined;
  let torn = false;
  const key = randomKey();
  let id = 1;
  const join = (): void =>
    client.frame({ type: 'join', id: (id += 1), room, key, n: 1, name: 'O', caps: ['link1'] });
  client.socket.on('message', (data: Buffer) => {
    const [line = '', payload = ''] = data.toString().split('\n');
    const header = JSON.parse(line) as { readonly type: string; readonly error?: { retryAfterMs?: number } };
    if (header.type === 'reply' && header.error !== undefined) {
      void after(header.error.retryAfterMs ?? 0).then(join);
    } else if (header.type === 'snapshot') {
      roster = rosterFrom((header as Snapshot).at, [JSON.parse(payload) as SnapshotPart]);
    } else if (header.type === 'batch' && roster !== undefined) {
      const next = applyBatch(roster, header as Batch, JSON.parse(payload) as Change[]);
      if (next === 'behind') torn = true;
      else if (next !== 'old') roster = next.roster;
    }
  });
  client.frame({ type: 'hello', id: 1 });
  join();
  while (roster === undefined) await after(10);
  return { roster: () => roster, torn: () => torn, close: client.close };
}
