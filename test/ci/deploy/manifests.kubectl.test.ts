import { expect, describe, test } from 'vitest';

import { imagesOfOurs } from '../../../scripts/deploy/images-of-ours.mjs';
import packageJson from '../../../package.json' with { type: 'json' };
import { allowedIn } from './support/allowed.js';
import type { Manifest } from './support/manifests.js';
import { renderAll } from './support/manifests.js';
import { PLANTS, UNKNOWN } from './support/planted.js';
import { policyFaults } from './support/policy.js';
import { schemaFaults } from './support/schema.js';

const overlays = renderAll();
const kinds = (objects: readonly Manifest[] = []): Set<string> => new Set(objects.map(({ kind }) => kind));

describe.each([...overlays.keys()])('overlay %s', (name) => {
  const objects = overlays.get(name) ?? [];

  test('K1 K4 K6 K7 K9 it breaks no rule', () => {
    expect(policyFaults(objects, allowedIn(name))).toEqual([]);
  });

  test('K6 every namespaced object names its namespace, and no two have one name', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((one) => / {2}/.test(one) && !one.startsWith('Namespace'))).toEqual([]);
  });
});

test('K7 K9 redis and nats have an autoscaler, a route and monitoring; dev needs nothing that has to be installed', () => {
  for (const name of ['redis', 'nats'])
    expect(kinds(overlays.get(name))).toEqual(
      new Set([
        ...kinds(overlays.get(name)),
        'HorizontalPodAutoscaler',
        'HTTPRoute',
        'PodMonitor',
        'PrometheusRule',
      ]),
    );
  expect(
    [...(overlays.get('dev') ?? [])].filter(
      ({ apiVersion }) =>
        /\.(io|com)\//.test(apiVersion) && !/^(networking\.k8s\.io|policy|apps)\//.test(apiVersion),
    ),
  ).toEqual([]);
  expect(kinds(overlays.get('redis with everything'))).toContain('Ingress');
  expect(kinds(overlays.get('redis with everything'))).toContain('ScaledObject');
});

test('K10 the images of ours carry the version of this repository', () => {
  expect(imagesOfOurs()).toContain(`parley/gateway:${packageJson.version}`);
  expect(imagesOfOurs().filter((image) => !image.endsWith(`:${packageJson.version}`))).toEqual([]);
});

describe('what is planted is found', () => {
  test.each(PLANTS)('$expected', ({ overlay = 'redis', plant, expected }) => {
    const objects = structuredClone(overlays.get(overlay) ?? []);
    plant(objects);
    const faults = policyFaults(objects, allowedIn(overlay));
    expect(faults.filter((fault) => fault.startsWith(expected))).not.toEqual([]);
  });

  test('K6 every object keeps to the definition of its kind, and each key that no definition knows is found', () => {
    const sets = new Map<string, readonly Manifest[]>(overlays);
    for (const { name, overlay, plant } of UNKNOWN) {
      const objects = structuredClone(overlays.get(overlay) ?? []);
      plant(objects);
      sets.set(name, objects);
    }
    const faults = schemaFaults(sets);
    for (const name of overlays.keys()) expect(faults.get(name)).toEqual([]);
    for (const { name, word } of UNKNOWN) expect(faults.get(name)?.join('\n')).toContain(word);
  }, 120_000);
});
