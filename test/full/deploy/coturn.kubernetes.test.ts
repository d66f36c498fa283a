import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import type { PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { loadLanCertificate } from '../../../apps/standalone/src/lan/lan-certificate.js';
import { apply, kubectl, kubectlJson } from '../../../scripts/deploy/kubectl.mjs';
import { bytesOf } from '../../ci/deploy/support/addresses.js';
import { renderAll } from '../../ci/deploy/support/manifests.js';
import { openTurn } from '../../turn/support/turn-client.js';
import { signedBy } from '../../turn/support/turn-world.js';

const NAMESPACE = 'parley-turn';
const SECRETS = ['canary-turn-secret-of-some-length', 'canary-turn-secret-that-was-before'];
const LONGEST_MS = 180_000;
/** The image of the manifests comes from a registry alone; an older one stands in for it. */
const IMAGE = process.env['COTURN_IMAGE'] ?? 'coturn/coturn:4.6';

/** The address of the node, which is where coturn listens. */
let node: string;
let certificate: string;

beforeAll(async () => {
  const { items } = (await kubectlJson(['get', 'nodes'])) as {
    items: { metadata: { name: string }; status: { addresses: { type: string; address: string }[] } }[];
  };
  const [one] = items;
  node = one?.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-turn-'));
  const { key, cert } = await loadLanCertificate({ addresses: [node], now: Date.now(), folder });
  await rm(folder, { recursive: true });
  certificate = cert;

  const all = renderAll().get('redis with everything') ?? [];
  const objects = all.filter(
    ({ kind, metadata }) =>
      metadata.namespace === NAMESPACE || (kind === 'Namespace' && metadata.name === NAMESPACE),
  );
  const secret = (name: string, stringData: object): object => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: NAMESPACE }, stringData },
  });
  const lines = SECRETS.map((value) => `static-auth-secret=${value}\n`).join('');
  await kubectl(['label', 'node', one?.metadata.name ?? '', 'parley/turn=true', '--overwrite']);
  await apply(objects.filter(({ kind }) => kind === 'Namespace'));
  await apply([
    secret('coturn-secrets', { 'secrets.conf': lines }),
    secret('coturn-tls', { 'tls.crt': cert, 'tls.key': key }),
  ]);
  // An older coturn does not know SIGUSR1, and would be waited for until its hour is over.
  const text = JSON.stringify(objects)
    .replace(/coturn\/coturn:[\w.]+/, IMAGE)
    .replace('"terminationGracePeriodSeconds":3600', '"terminationGracePeriodSeconds":5');
  await apply(JSON.parse(text) as object[]);
  await kubectl(['-n', NAMESPACE, 'rollout', 'status', 'daemonset/coturn', '--timeout=60s']);
}, LONGEST_MS);
afterAll(async () => {
  await kubectl(['delete', 'namespace', NAMESPACE, '--wait', '--timeout=120s']);
}, LONGEST_MS);

test('K8 coturn runs on the nodes that are labelled for it, and takes the credentials of either secret, and no others', async () => {
  for (const [name, ok] of [...SECRETS.map((one) => [one, true] as const), ['another-one', false] as const]) {
    const client = await openTurn(3478, signedBy(name, 600), node);
    expect(await client.allocate()).toMatchObject(ok ? { ok } : { ok, code: 401 });
    client.close();
  }
});

test('K8 X9 nobody gets through it to the pods, the Services or the node', async () => {
  const client = await openTurn(3478, signedBy(SECRETS[0] ?? '', 600), node);
  expect(await client.allocate()).toMatchObject({ ok: true });
  for (const inside of ['10.96.0.1', '10.244.0.2', node, '127.0.0.1', '169.254.169.254'])
    expect(await client.permit(bytesOf(inside)), inside).toEqual({ ok: false, code: 403 });
  expect(await client.permit(bytesOf('8.8.8.8'))).toMatchObject({ ok: true });
  client.close();
});

test('K8 it speaks TLS by the certificate of its secret, and nothing older than 1.2', async () => {
  const peer = await new Promise<PeerCertificate>((resolve, reject) => {
    const socket = connect({ host: node, port: 5349, ca: certificate }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', reject);
  });
  expect(peer.subjectaltname).toContain(node);
  const old = await new Promise<string>((resolve) => {
    const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const socket = connect({ host: node, port: 5349, ca: certificate, ...options }, () =>
      resolve('connected'),
    );
    socket.once('error', ({ message }) => resolve(message));
  });
  expect(old).not.toBe('connected');
});
