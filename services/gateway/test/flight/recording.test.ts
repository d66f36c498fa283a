import { DEFAULT_LIMITS } from '@parley/protocol';
import { FLIGHT_OUTCOMES, FLIGHT_SIGNALS, FLIGHT_WHATS } from '@parley/protocol/internal';
import { expect, test } from 'vitest';
import { createCluster } from '../fixtures/cluster.js';
import type { Cluster, FakeGateway } from '../fixtures/cluster.js';
import { KEY } from '../fixtures/rules.js';
import type { FakeClient } from '../fixtures/sockets.js';

async function enter(cluster: Cluster, index: number, name: string, n = 1) {
  const client = await cluster.gateways[index]?.connect();
  if (client === undefined) throw new Error(`no gateway ${index}`);
  client.say({ type: 'hello', id: 1 });
  client.say({ type: 'join', id: 2, room: 'standup', key: `${name}-${KEY}`, n, name });
  await cluster.clock.advance(300);
  const [reply] = client.of('reply') as { result: { you: string } }[];
  return { client, id: reply?.result.you ?? '' };
}

function carry({ gateways }: Cluster): void {
  for (let rounds = 0; rounds < 3; rounds += 1) for (const gateway of gateways) gateway.deliver();
}

/** What a gateway has recorded, in words: `NAME what signal outcome via`. */
function recorded(cluster: Cluster, index: number): string[] {
  const recorder = cluster.gateways[index]?.assembly.parts.recorder;
  const reply = recorder?.recordings({ type: 'recordings', app: 'default', room: 'standup' });
  return (reply?.recordings ?? []).flatMap(({ name, rows }) =>
    rows.map(([, , what, signal, outcome, , gateway]) =>
      [
        name,
        FLIGHT_WHATS[what],
        FLIGHT_SIGNALS[signal],
        FLIGHT_OUTCOMES[outcome],
        reply?.gateways[gateway - 1] ?? '',
      ]
        .filter((word) => word !== 'none' && word !== 'other' && word !== '')
        .join(' '),
    ),
  );
}

function signal(from: FakeClient, to: string, kind: string | undefined, link: readonly number[]): void {
  from.say({ type: 'signal', to, ...(kind !== undefined && { kind }), link }, kind && 'a body');
}

test('O3 each gateway records what it did with the signals of its participants, and of theirs what came to it', async () => {
  const cluster = createCluster(2);
  const ann = await enter(cluster, 0, 'Ann');
  const bo = await enter(cluster, 1, 'Bo');
  const cy = await enter(cluster, 0, 'Cy');
  signal(ann.client, bo.id, 'offer', [1, 1, 0]);
  carry(cluster);
  signal(bo.client, ann.id, 'answer', [1, 1, 1]);
  carry(cluster);
  signal(ann.client, cy.id, 'offer', [1, 1, 0]);
  signal(ann.client, 'p_nobody', 'offer', [1, 1, 0]);
  (cluster.gateways as FakeGateway[]).splice(1, 1);
  signal(ann.client, bo.id, undefined, [1, 0, 1]);
  signal(ann.client, bo.id, 'candidates', [1, 2, 1]);
  carry(cluster);
  expect(recorded(cluster, 0)).toEqual([
    'Ann joined',
    'Ann ice unavailable',
    'Ann sent offer forwarded g_1',
    'Ann received answer delivered',
    'Ann sent offer delivered',
    'Ann sent offer gone',
    'Ann sent ack forwarded g_1',
    'Ann sent candidates forwarded g_1',
    'Ann nacked unreachable',
    'Cy joined',
    'Cy ice unavailable',
  ]);
});

test('a seat that is lost, taken up again, given up, or refused a signal is recorded so', async () => {
  const cluster = createCluster(1, { limits: { ...DEFAULT_LIMITS, burst: 4 } });
  const ann = await enter(cluster, 0, 'Ann');
  ann.client.cut();
  const back = await enter(cluster, 0, 'Ann', 2);
  const bo = await enter(cluster, 0, 'Bo');
  for (let seq = 1; seq <= 6; seq += 1) signal(bo.client, back.id, 'candidate', [1, seq, 0]);
  back.client.say({ type: 'leave', id: 3 });
  await cluster.clock.advance(100);
  expect(recorded(cluster, 0)).toEqual([
    ...[
      'Ann joined',
      'Ann ice unavailable',
      'Ann lost',
      'Ann resumed',
      'Ann ice unavailable',
      'Ann ended left',
    ],
    ...['Bo joined', 'Bo ice unavailable'],
    ...[
      ...Array<string>(4).fill('Bo sent candidates delivered'),
      ...['Bo sent candidates rate', 'Bo sent candidates rate'],
    ],
  ]);
});
