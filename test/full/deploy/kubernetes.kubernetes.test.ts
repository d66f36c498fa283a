import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import {
  applyOverlay,
  NAMESPACE,
  RAISED,
  removeOverlay,
  signingSecrets,
  whenReady,
} from '../../../scripts/deploy/deployment.mjs';
import { apply, kubectl } from '../../../scripts/deploy/kubectl.mjs';
import { createCrowd } from '../../ci/reliability/support/crowd.js';
import type { Crowd } from '../../ci/reliability/support/crowd.js';
import { UNHARMED } from '../../ci/reliability/support/scene.js';
import { renderAll } from '../../ci/deploy/support/manifests.js';
import { writeReport } from '../support/report.js';
import { countOf, evict, podsOf, readyOf, restart, serviceUrl, signerBy, until } from './support/cluster.js';
import type { Pod } from './support/cluster.js';
import { applyDefinitions } from './support/definitions.js';
import { startMetricsAdapter } from './support/metrics-adapter.js';
import { reachedFrom, startStray } from './support/reach.js';

const FILE = 'test/full/deploy/kubernetes';
const READY_S = 60;
const LONGEST_MS = 900_000;
const results: Record<string, unknown> = {};
/** Beside the limits of addresses: clients here are no browsers and have no Origin. */
const SETTINGS = { ...RAISED, ALLOW_NO_ORIGIN: 'on' };

beforeAll(applyDefinitions, 180_000);
afterAll(() => writeReport('kubernetes', FILE, results));

test(
  'K11 what may be added (KEDA, Ingress, coturn) is accepted, field by field',
  async () => {
    for (const objects of renderAll().values()) {
      const namespaces = objects.filter(({ kind }) => kind === 'Namespace');
      await apply(namespaces);
      const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
      const said = await kubectl(['apply', '--validate=strict', '--dry-run=server', '-f', '-'], { input });
      expect(said.trim().split('\n')).toHaveLength(objects.length);
    }
    const slip = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'x', namespace: NAMESPACE },
    };
    await expect(
      apply([{ ...slip, spec: { scaleTargetRef: { name: 'x' }, triggers: [], minReplicasCount: 2 } }]),
    ).rejects.toThrow(/unknown field "(spec\.)?minReplicasCount"/);
    await kubectl(['delete', 'namespace', NAMESPACE, 'parley-turn', '--wait', '--timeout=120s']);
  },
  LONGEST_MS,
);

describe.each(['dev', 'redis', 'nats'])('K11 overlay %s on a real Kubernetes', (overlay) => {
  let objects: { kind: string; metadata: { name: string; namespace?: string } }[] = [];
  let options: { urls: string[]; token?: (room: string, identity: string) => string };
  const seen: Record<string, unknown> = (results[overlay] = {});
  const crowds: Crowd[] = [];
  const enter = async (rooms: number): Promise<Crowd> => {
    const crowd = await createCrowd({ ...options, rooms, perRoom: 4, everyMs: 500 });
    crowds.push(crowd);
    return crowd;
  };
  const unharmed = async (crowd: Crowd): Promise<Record<string, unknown>> => {
    const verdict = await crowd.verdict();
    expect(verdict).toMatchObject(UNHARMED);
    return { ...verdict };
  };

  beforeAll(async () => {
    const begun = performance.now();
    const applied = await applyOverlay(overlay, { settings: SETTINGS });
    objects = applied.objects;
    expect(applied.left).toEqual([]);
    await whenReady(objects, READY_S);
    seen['readySeconds'] = Math.round((performance.now() - begun) / 1_000);
    const { mode, keys } = await signingSecrets(objects);
    options = { urls: [await serviceUrl('gateway', 8080)], ...(mode === 'jwt' && { token: signerBy(keys) }) };
  }, 180_000);
  afterEach(async () => {
    for (const crowd of crowds.splice(0)) await crowd.leave();
  });
  afterAll(() => removeOverlay(overlay), 200_000);

  test('every object is accepted, field by field, in a namespace that enforces restricted pod security', async () => {
    expect(await kubectl(['get', 'namespace', NAMESPACE, '-o', 'yaml'])).toContain(
      'pod-security.kubernetes.io/enforce: restricted',
    );
    const privileged = { name: 'x', image: 'parley/rooms:0.1.0', securityContext: { privileged: true } };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x', namespace: NAMESPACE },
      spec: { containers: [privileged] },
    };
    await expect(apply([pod])).rejects.toThrow(/violates PodSecurity "restricted/);
    seen['objects'] = objects.length;
  });

  test(
    'NetworkPolicies are seen to block: a stray pod, and pods of ours, reach nothing that they need not',
    async () => {
      const broker = overlay === 'nats' ? 'nats' : 'redis';
      const at = async (name: string, port: number): Promise<string[]> =>
        (await podsOf(name)).map(({ status }) => `${status.podIP}:${port}`);
      const gateways = await at('gateway', 8080);
      const closed = (
        await Promise.all([
          ...['gateway', 'rooms', 'turn-credentials'].map((name) => at(name, 9464)),
          at('turn-credentials', 8082),
          ...(broker === 'nats' ? [4222, 6222, 8222] : [6379]).map((port) => at(broker, port)),
        ])
      ).flat();
      // Nothing may leave the namespace but to ask for names.
      const outside = ['10.96.0.1:443', '10.243.0.1:10250'];
      for (const [namespace, open] of [
        ['default', gateways],
        [NAMESPACE, []],
      ] as const) {
        const stray = await startStray(namespace);
        const targets = [...closed, ...gateways, ...(namespace === NAMESPACE ? outside : [])];
        await expect.poll(() => stray.reached(targets), { timeout: 60_000 }).toEqual(open);
        await stray.end();
      }
      const brokers = await at(broker, broker === 'nats' ? 4222 : 6379);
      const all = [...closed, ...gateways, ...outside];
      for (const name of ['gateway', 'rooms', 'turn-credentials']) {
        const [pod] = (await podsOf(name)) as [Pod];
        const own = all.filter((target) => target.startsWith(`${pod.status.podIP}:`));
        expect(
          await reachedFrom(
            pod.metadata.name,
            all.filter((target) => !own.includes(target)),
          ),
        ).toEqual(brokers);
      }
      seen['closedToStrays'] = closed.length;
    },
    LONGEST_MS,
  );

  test(
    'a PodDisruptionBudget refuses the second eviction, and clients notice neither',
    async () => {
      const crowd = await enter(10);
      const [first, second] = (await podsOf('gateway')) as [Pod, Pod];
      expect(await evict(first.metadata.name)).toBe('evicted');
      expect(await evict(second.metadata.name)).toContain('disruption budget');
      await until(async () => (await countOf('gateway')) === 2, 120, 'the evicted gateway is still there');
      await crowd.delivered(500);
      expect(crowd.connections.moved()).toBeGreaterThan(0);
      seen['eviction'] = { moved: crowd.connections.moved(), ...(await unharmed(crowd)) };
    },
    LONGEST_MS,
  );

  test(
    'F4 every Deployment is restarted, then a gateway and an owner of rooms deleted: nobody left, 0 lost, 0 twice',
    async () => {
      const crowd = await enter(10);
      const deployments = objects
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ metadata }) => metadata.name);
      for (const name of deployments) await restart(name);
      for (const name of ['gateway', 'rooms']) {
        const [pod] = (await podsOf(name)) as [Pod];
        await kubectl(['-n', NAMESPACE, 'delete', 'pod', pod.metadata.name, '--timeout=120s']);
        await kubectl(['-n', NAMESPACE, 'rollout', 'status', `deployment/${name}`, '--timeout=120s']);
      }
      await crowd.delivered(500);
      const moved = crowd.connections.moved();
      expect(moved).toBe(crowd.clients.length);
      seen['restarts'] = { deployments, clients: crowd.clients.length, moved, ...(await unharmed(crowd)) };
    },
    LONGEST_MS,
  );

  if (overlay === 'dev') return;
  test(
    'K7 the autoscaler adds gateways as connections grow, and takes them away unseen',
    async () => {
      const adapter = await startMetricsAdapter();
      try {
        await patchScaler({ averageValue: '30', seconds: 15 });
        const crowd = await enter(10);
        const more = await enter(20);
        await until(async () => (await readyOf('gateway')) >= 4, 240, 'no gateways were added');
        seen['scaledTo'] = await readyOf('gateway');
        // These land on the new ones too, so that somebody has to move when they go.
        const late = await enter(5);
        await more.leave();
        crowds.splice(crowds.indexOf(more), 1);
        await until(async () => (await countOf('gateway')) === 2, 300, 'no gateways were taken away');
        await crowd.delivered(500);
        expect(late.connections.moved()).toBeGreaterThan(0);
        seen['scaling'] = { moved: late.connections.moved(), ...(await unharmed(late)) };
        await unharmed(crowd);
      } finally {
        await adapter.stop();
      }
    },
    LONGEST_MS,
  );
});

/** A small crowd counts as many, and minutes pass as seconds. */
function patchScaler({ averageValue, seconds }: { averageValue: string; seconds: number }): Promise<string> {
  const metric = { name: 'parley_gateway_connections' };
  const policies = [{ type: 'Pods', value: 1, periodSeconds: seconds }];
  const spec = {
    metrics: [{ type: 'Pods', pods: { metric, target: { type: 'AverageValue', averageValue } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: seconds, policies } },
  };
  return kubectl([
    '-n',
    NAMESPACE,
    'patch',
    'hpa',
    'gateway',
    '--type=merge',
    '-p',
    JSON.stringify({ spec }),
  ]);
}
