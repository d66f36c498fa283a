import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

import { root } from '../run.mjs';
import { apply, kubectl, KubectlError, kubectlJson } from './kubectl.mjs';
import { secretObjects, testSecrets } from './test-secrets.mjs';
import { whyNotReady } from './why-not-ready.mjs';

/** Where the overlays have everything. */
export const NAMESPACE = 'parley';
/** All clients of a test come from one address. */
export const RAISED = { ADDRESS_UPGRADES_PER_SECOND: '100000', BAD_TOKENS_PER_HALF_HOUR: '1000000' };

/** The objects of an overlay, as `kubectl kustomize` renders them. */
export async function renderOverlay(overlay) {
  const folder = path.join('deploy', 'k8s', 'overlays', overlay);
  if (!existsSync(path.join(root, folder))) throw new KubectlError(`there is no overlay ${overlay}`);
  return parseAllDocuments(await kubectl(['kustomize', folder])).map((document) => document.toJS());
}

/**
 * Applies an overlay with secrets made for the occasion, unless they are there from before, and with the limits of a test.
 * What the cluster has no definition of is left out. Resolves to `{ objects, left, raised }`, rejects with what the cluster
 * refused.
 */
export async function applyOverlay(overlay, { settings = RAISED } = {}) {
  const all = await renderOverlay(overlay);
  const known = new Set((await kubectl(['api-versions'])).trim().split('\n'));
  const objects = all.filter(({ apiVersion }) => known.has(apiVersion));
  const left = all.filter((object) => !objects.includes(object));
  for (const object of objects)
    if (object.kind === 'ConfigMap' && object.metadata.name.startsWith('parley-settings'))
      Object.assign(object.data, settings);
  await apply(objects.filter(({ kind }) => kind === 'Namespace'));
  await haveSecrets(overlay, objects);
  await apply(objects);
  return { objects, left };
}

async function haveSecrets(overlay, objects) {
  const { items } = await kubectlJson(['-n', NAMESPACE, 'get', 'secrets', '-l', 'parley/made-for']);
  const others = items
    .map(({ metadata }) => metadata.labels['parley/made-for'])
    .filter((name) => name !== overlay);
  if (others.length > 0)
    throw new KubectlError(`${others[0]} is there already: npm run k8s -- ${others[0]} --down ends it`);
  if (items.length > 0) return;
  const bus = objects.some(({ metadata }) => metadata.name === 'nats') ? 'nats' : 'redis';
  await apply(secretObjects(testSecrets(bus), NAMESPACE, overlay));
}

/** Waits until every replica of every workload is ready and of the newest kind. Rejects with what keeps them from it. */
export async function whenReady(objects, seconds) {
  const workloads = objects.filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet'].includes(kind));
  const deadline = Date.now() + seconds * 1_000;
  for (const { kind, metadata } of workloads) {
    const name = `${kind.toLowerCase()}/${metadata.name}`;
    const left = Math.max(1, Math.ceil((deadline - Date.now()) / 1_000));
    try {
      await kubectl(['-n', metadata.namespace, 'rollout', 'status', name, `--timeout=${left}s`]);
    } catch {
      throw new KubectlError(
        `not ready after ${seconds} s: ${name}\n${await whyNotReady(metadata.namespace, metadata.name)}`,
      );
    }
  }
}

/** Ends everything that an overlay has brought, and resolves when it has gone. */
export async function removeOverlay(overlay) {
  const namespaces = (await renderOverlay(overlay)).filter(({ kind }) => kind === 'Namespace');
  const names = namespaces.map(({ metadata }) => metadata.name);
  await kubectl(['delete', 'namespace', ...names, '--ignore-not-found', '--wait', '--timeout=180s']);
}

/** The key of the test secrets with which tokens for the app `default` are signed; undefined in open mode. */
export async function signingSecrets(objects) {
  const { data } = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('parley-settings'),
  );
  const secret = await kubectlJson(['-n', NAMESPACE, 'get', 'secret', 'parley-tokens']);
  return {
    mode: data.AUTH_MODE,
    origin: data.ALLOWED_ORIGINS,
    keys: Buffer.from(secret.data.JWT_KEYS, 'base64').toString(),
  };
}
