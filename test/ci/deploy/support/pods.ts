import type { Manifest } from './manifests.js';

/** A probe, as far as it is looked at. */
export interface Probe {
  httpGet?: { path: string; port: string | number };
  tcpSocket?: { port: string | number };
  exec?: { command: string[] };
  periodSeconds?: number;
  failureThreshold?: number;
}

/** A container, as far as it is looked at. */
export interface Container {
  name: string;
  image: string;
  env?: { name: string; value?: string; valueFrom?: unknown }[];
  ports?: { containerPort: number; hostPort?: number }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  securityContext?: {
    allowPrivilegeEscalation?: boolean;
    privileged?: boolean;
    readOnlyRootFilesystem?: boolean;
    capabilities?: { drop?: string[]; add?: string[] };
  };
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  lifecycle?: { preStop?: { sleep?: { seconds: number }; exec?: unknown } };
}

/** The specification of a pod, as far as it is looked at. */
export interface PodSpec {
  automountServiceAccountToken?: boolean;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: { runAsNonRoot?: boolean; runAsUser?: number; seccompProfile?: { type: string } };
  topologySpreadConstraints?: { topologyKey: string; labelSelector?: { matchLabels?: Labels } }[];
  containers: Container[];
  initContainers?: Container[];
  volumes?: Record<string, unknown>[];
}

/** Labels of an object. */
export type Labels = Record<string, string>;

/** What starts pods. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly replicas: number | undefined;
  readonly strategy: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } } | undefined;
  readonly pod: PodSpec;
}

/** Everything that starts pods. */
export function workloadsOf(objects: readonly Manifest[]): Workload[] {
  return objects
    .filter(({ kind }) => ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'CronJob', 'Pod'].includes(kind))
    .map((object) => {
      const spec = object['spec'] as {
        replicas?: number;
        strategy?: Workload['strategy'];
        template?: { metadata?: { labels?: Labels }; spec: PodSpec };
      };
      if (spec.template === undefined)
        throw new Error(`${object.kind}/${object.metadata.name} has no template`);
      return {
        kind: object.kind,
        name: object.metadata.name,
        namespace: object.metadata.namespace ?? '',
        labels: spec.template.metadata?.labels ?? {},
        replicas: spec.replicas,
        strategy: spec.strategy,
        pod: spec.template.spec,
      };
    });
}

/** Whether a label selector takes these labels. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator !== 'In') throw new Error(`operator ${operator} is not known here`);
      return values.includes(labels[key] ?? '');
    })
  );
}

/** A label selector. */
export interface Selector {
  matchLabels?: Labels;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}
