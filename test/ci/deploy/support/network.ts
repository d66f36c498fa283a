import type { Manifest } from './manifests.js';
import { selects, workloadsOf } from './pods.js';
import type { Selector } from './pods.js';

interface Peer {
  podSelector?: Selector;
  namespaceSelector?: Selector;
  ipBlock?: { cidr: string };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol?: string; port?: number | string }[];
}
interface Policy {
  podSelector: Selector;
  policyTypes?: string[];
  ingress?: Rule[];
  egress?: Rule[];
}

/** Who may speak to whom: `gateway > redis:6379`, `anybody > gateway:8080`, `namespace kubernetes.io/metadata.name=x > …`. */
export function openings(objects: readonly Manifest[]): Set<string> {
  const found = new Set<string>();
  const pods = workloadsOf(objects);
  for (const { spec, namespace } of policies(objects)) {
    const names = (selector: Selector): string[] =>
      pods
        .filter((one) => one.namespace === namespace && selects(selector, one.labels))
        .map(({ name }) => name);
    const peers = (list: Peer[] | undefined): string[] =>
      list === undefined ? ['anybody'] : list.flatMap((peer) => peerNames(peer, names));
    for (const subject of names(spec.podSelector)) {
      for (const rule of spec.ingress ?? [])
        for (const peer of peers(rule.from))
          for (const port of ports(rule)) found.add(`in: ${peer} > ${subject}:${port}`);
      for (const rule of spec.egress ?? [])
        for (const peer of peers(rule.to))
          for (const port of ports(rule)) found.add(`out: ${subject} > ${peer}:${port}`);
    }
  }
  return found;
}

/** Whether a namespace has a policy that closes everything for every pod, in both directions. */
export function deniesByDefault(objects: readonly Manifest[], namespace: string): boolean {
  return policies(objects).some(
    ({ spec, namespace: own }) =>
      own === namespace &&
      Object.keys(spec.podSelector).length === 0 &&
      ['Ingress', 'Egress'].every((type) => spec.policyTypes?.includes(type)) &&
      spec.ingress === undefined &&
      spec.egress === undefined,
  );
}

function policies(objects: readonly Manifest[]): { spec: Policy; namespace: string }[] {
  return objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map(({ spec, metadata }) => ({ spec: spec as Policy, namespace: metadata.namespace ?? '' }));
}

function peerNames(peer: Peer, names: (selector: Selector) => string[]): string[] {
  if (peer.ipBlock !== undefined) return [peer.ipBlock.cidr];
  if (peer.namespaceSelector === undefined) return names(peer.podSelector ?? {});
  const labels = { ...peer.namespaceSelector.matchLabels, ...peer.podSelector?.matchLabels };
  const words = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return [words.length === 0 ? 'anybody' : `[${words.join(' ')}]`];
}

function ports({ ports: list }: Rule): string[] {
  return list?.map(({ port }) => String(port ?? 'any')) ?? ['any'];
}
