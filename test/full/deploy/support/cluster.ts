import { createHmac } from 'node:crypto';

import { NAMESPACE } from '../../../../scripts/deploy/deployment.mjs';
import { kubectl, kubectlJson } from '../../../../scripts/deploy/kubectl.mjs';

/** A pod, as far as it is looked at. */
export interface Pod {
  metadata: { name: string; deletionTimestamp?: string; labels: Record<string, string> };
  status: { podIP: string; phase: string; conditions?: { type: string; status: string }[] };
}

/** The pods of one name that are not on their way out. */
export async function podsOf(name: string): Promise<Pod[]> {
  const { items } = (await kubectlJson(podsNamed(name))) as { items: Pod[] };
  return items.filter(({ metadata, status }) => !metadata.deletionTimestamp && status.podIP);
}

/** How many pods of one name there are, on their way out or not. */
export async function countOf(name: string): Promise<number> {
  const told = await kubectl([...podsNamed(name), '-o', 'name']);
  return told.trim() === '' ? 0 : told.trim().split('\n').length;
}

function podsNamed(name: string): string[] {
  return ['-n', NAMESPACE, 'get', 'pods', '-l', `app.kubernetes.io/name=${name}`];
}

/** How many replicas of a Deployment are ready. */
export async function readyOf(name: string): Promise<number> {
  const { status } = (await kubectlJson(['-n', NAMESPACE, 'get', 'deployment', name])) as {
    status: { readyReplicas?: number };
  };
  return status.readyReplicas ?? 0;
}

/** The address of a Service, which this machine, being a node, reaches. */
export async function serviceUrl(name: string, port: number): Promise<string> {
  const { spec } = (await kubectlJson(['-n', NAMESPACE, 'get', 'service', name])) as {
    spec: { clusterIP: string };
  };
  return `http://${spec.clusterIP}:${port}`;
}

/** Restarts every pod of a Deployment as an upgrade does; resolves when the new ones are ready and the old ones gone. */
export async function restart(name: string, seconds = 180): Promise<void> {
  const before = await countOf(name);
  await kubectl(['-n', NAMESPACE, 'rollout', 'restart', `deployment/${name}`]);
  await kubectl(['-n', NAMESPACE, 'rollout', 'status', `deployment/${name}`, `--timeout=${seconds}s`]);
  await until(async () => (await countOf(name)) === before, seconds, `old pods of ${name} are still there`);
}

/** Asks to evict a pod, as the drain of a node does: resolves to what the cluster says. */
export async function evict(name: string): Promise<string> {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: NAMESPACE } };
  const path = `/api/v1/namespaces/${NAMESPACE}/pods/${name}/eviction`;
  return kubectl(['create', '--raw', path, '-f', '-'], { input: JSON.stringify(body) }).then(
    () => 'evicted',
    (error: unknown) => String(error),
  );
}

/** Looks each second. */
export async function until(check: () => Promise<boolean>, seconds: number, reason: string): Promise<void> {
  for (const end = Date.now() + seconds * 1_000; !(await check());) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${reason}`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

/** Tokens by the first of the keys that the test secrets hold. */
export function signerBy(keys: string): (room: string, identity: string) => string {
  const [{ kid, secret }] = JSON.parse(keys) as [{ kid: string; secret: string }];
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return (room, sub) => {
    const exp = Math.floor(Date.now() / 1_000) + 3_600;
    const text = `${part({ alg: 'HS256', kid })}.${part({ sub, exp, parley: { room, roomJoin: true, canUpdateOwnMetadata: true } })}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
}
