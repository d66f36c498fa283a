import { expect, test } from 'vitest';

import { createCluster } from './support/cluster.js';

const ROOM = { app: 'default', room: 'standup' };

test('[N1] join, message, update and leave over the bus; each gateway gets each batch', async () => {
  const cluster = await createCluster();
  const [a, b] = [cluster.gateways[0]!, cluster.gateways[1]!];
  const ann = await cluster.done(a.join(ROOM, { keyHash: 'kA' }));
  expect(ann).toMatchObject({
    type: 'done',
    reply: { ok: true, resumed: false },
    state: { name: 'standup' },
  });
  const bo = await cluster.done(b.join(ROOM, { keyHash: 'kB' }));
  if (bo.type !== 'done' || !bo.reply.ok) throw new Error('not joined');
  const id = bo.reply.you!;
  const said = await cluster.done(b.ask(ROOM, { do: 'message', id, n: 1, cmd: 1, data: 'hi' }));
  expect(said).toMatchObject({ reply: { ok: true, at: a.copy(ROOM)!.at } });
  await cluster.done(b.ask(ROOM, { do: 'update', id, n: 1, cmd: 2, name: 'Bo' }));
  expect(a.copy(ROOM)!.members.get(id)!.name).toBe('Bo');
  await cluster.done(b.ask(ROOM, { do: 'leave', id, n: 1 }));
  expect(b.copy(ROOM)).toEqual(a.copy(ROOM));
  expect([...a.copy(ROOM)!.members.values()].map(({ keyHash }) => keyHash)).toEqual(['kA']);
  expect(a.batches.flatMap(({ changes }) => changes.map(({ what }) => what))).toEqual([
    'joined',
    'message',
    'updated',
    'left',
  ]);
  await cluster.stop();
});
