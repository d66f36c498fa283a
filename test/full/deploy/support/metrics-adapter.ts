import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

import { NAMESPACE } from '../../../../scripts/deploy/deployment.mjs';
import { apply, kubectl, kubectlJson } from '../../../../scripts/deploy/kubectl.mjs';
import { podsOf } from './cluster.js';

const GROUP = 'custom.metrics.k8s.io';
const METRIC = 'parley_gateway_connections';
const NAME = 'metrics-adapter-for-tests';

/**
 * What an adapter of Prometheus does for the autoscaler, as far as one metric goes: the custom metrics API, answered from the
 * /metrics of the pods themselves. Runs here, and is known to the cluster until `stop`.
 */
export async function startMetricsAdapter(): Promise<{ stop(): Promise<void> }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: NAME }]);
  const server = createServer({ key, cert }, (request, response) => {
    const answer = request.url?.includes('/pods/') ? values() : Promise.resolve(resources());
    answer.then(
      (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body)),
      () => response.writeHead(500).end(),
    );
  }).listen(0, '0.0.0.0');
  await once(server, 'listening');
  await apply(objects(await nodeAddress(), (server.address() as AddressInfo).port));
  await kubectl(['wait', `apiservice/v1beta2.${GROUP}`, '--for=condition=Available', '--timeout=60s']);
  return {
    async stop() {
      await kubectl(['delete', 'apiservice', `v1beta2.${GROUP}`]);
      await kubectl(['-n', 'kube-system', 'delete', 'service,endpointslice', NAME]);
      server.closeAllConnections();
      server.close();
    },
  };
}

async function nodeAddress(): Promise<string> {
  const { items } = (await kubectlJson(['get', 'nodes'])) as {
    items: { status: { addresses: { type: string; address: string }[] } }[];
  };
  return items[0]?.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
}

function objects(address: string, port: number): object[] {
  const metadata = { name: NAME, namespace: 'kube-system' };
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { ports: [{ port: 443, targetPort: port }] } },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': NAME } },
      addressType: 'IPv4',
      ports: [{ name: '', port, protocol: 'TCP' }],
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    },
    {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `v1beta2.${GROUP}` },
      spec: {
        ...{ group: GROUP, version: 'v1beta2', groupPriorityMinimum: 100, versionPriority: 100 },
        insecureSkipTLSVerify: true,
        service: { ...metadata, port: 443 },
      },
    },
  ];
}

function resources(): object {
  const resource = {
    name: `pods/${METRIC}`,
    namespaced: true,
    kind: 'MetricValueList',
    verbs: ['get'],
    singularName: '',
  };
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: `${GROUP}/v1beta2`,
    resources: [resource],
  };
}

async function values(): Promise<object> {
  const pods = await podsOf('gateway');
  const items = await Promise.all(
    pods.map(async ({ metadata: { name }, status: { podIP } }) => ({
      describedObject: { kind: 'Pod', namespace: NAMESPACE, name, apiVersion: '/v1' },
      metric: { name: METRIC },
      timestamp: new Date().toISOString(),
      value: String(await connectionsOf(podIP)),
    })),
  );
  return { kind: 'MetricValueList', apiVersion: `${GROUP}/v1beta2`, metadata: {}, items };
}

/** Open WebSockets of both dialects. */
async function connectionsOf(podIP: string): Promise<number> {
  const text = await (await fetch(`http://${podIP}:9464/metrics`)).text();
  return [...text.matchAll(/^parley_gateway_connections(?:\{[^}]*\})? (\d+)/gm)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  );
}
