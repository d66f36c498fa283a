import { startCluster } from '@parley/testkit';
import type { Cluster } from '@parley/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinRaw } from '../support/raw-client.js';
import type { Frame, RawClient } from '../support/raw-client.js';
import { JOINTS } from './joints.js';
import type { Joint } from './joints.js';

const SIGNALS = 300;

type Member = RawClient & { readonly you: string };

/** The next change of this kind that a client is told of. */
async function changeOf(client: RawClient, what: string): Promise<Record<string, unknown>> {
  const find = ({ header, payload }: Frame): Record<string, unknown> | undefined => {
    if (header['type'] !== 'batch') return undefined;
    return (JSON.parse(payload ?? '[]') as Record<string, unknown>[]).find(
      (change) => change['what'] === what,
    );
  };
  const frame = await client.take((one) => find(one) !== undefined);
  return find(frame) ?? {};
}

function sendNumbered(from: Member, to: Member): void {
  for (let n = 1; n <= SIGNALS; n += 1)
    from.frame({ type: 'signal', to: to.you, kind: 'candidate', link: [1, n, 0] }, `{"n":${n}}`);
}

/** The numbers that came from `from`, in the order in which they came. */
async function numbersFrom(from: Member, at: Member): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.length < SIGNALS) {
    const { payload } = await at.take(
      ({ header }) => header['type'] === 'signal' && header['from'] === from.you,
    );
    numbers.push((JSON.parse(payload ?? '{}') as { n: number }).n);
  }
  return numbers;
}

describe.each(JOINTS)('two gateways over $name', ({ start }) => {
  let joint: Joint;
  let cluster: Cluster;

  beforeAll(async () => {
    joint = await start();
    const env = { MESSAGES_PER_SECOND: '1000', MESSAGE_BURST: '1000' };
    cluster = await startCluster({ busUrl: joint.url, storeUrl: joint.url, env });
    await cluster.ready();
  });

  afterAll(async () => {
    await cluster?.stop();
    await joint?.stop();
  });

  test('native clients join, signal both ways in order, hear the room and leave', async () => {
    const [first = '', second = ''] = cluster.gateways.map(({ url }) => url);
    const ann = await joinRaw(first, 'standup', { name: 'Ann' });
    const bo = await joinRaw(second, 'standup', { name: 'Bo' });
    expect(await changeOf(ann, 'joined')).toMatchObject({ participant: { id: bo.you, name: 'Bo' } });

    sendNumbered(ann, bo);
    sendNumbered(bo, ann);
    const expected = Array.from({ length: SIGNALS }, (_, index) => index + 1);
    expect(await numbersFrom(ann, bo)).toEqual(expected);
    expect(await numbersFrom(bo, ann)).toEqual(expected);

    ann.frame({ type: 'message', id: 9, cmd: 1 }, '{"text":"hi"}');
    expect(await changeOf(bo, 'message')).toMatchObject({ from: ann.you, data: '{"text":"hi"}' });

    bo.frame({ type: 'leave', id: 10 });
    expect(await changeOf(ann, 'left')).toMatchObject({ participant: bo.you, reason: 'left' });
    ann.close();
    bo.close();
  });

  test('a client comes back by its key to the other gateway, and nobody sees it leave', async () => {
    const [first = '', second = ''] = cluster.gateways.map(({ url }) => url);
    const ann = await joinRaw(first, 'return', { name: 'Ann' });
    const bo = await joinRaw(second, 'return', { name: 'Bo' });
    bo.terminate();
    const again = await joinRaw(first, 'return', { name: 'Bo', key: bo.key, n: 2 });
    expect(again.you).toBe(bo.you);
    ann.frame({ type: 'message', id: 9, cmd: 1 }, '"still here"');
    expect(await changeOf(again, 'message')).toMatchObject({ from: ann.you });
    const changes = ann.waiting.flatMap(({ payload }) => JSON.parse(payload ?? '[]') as { what?: string }[]);
    expect(changes.filter(({ what }) => what === 'left')).toEqual([]);
    again.close();
    ann.close();
  });
});
