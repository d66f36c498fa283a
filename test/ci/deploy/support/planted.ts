import type { Manifest } from './manifests.js';
import { podOf } from './policy.js';
import type { Container, PodSpec } from './pods.js';

/** One error, and how the policy names it. */
export interface Plant {
  readonly overlay?: string;
  readonly plant: (objects: Manifest[]) => void;
  readonly expected: string;
}

/** Of each kind of error one. */
export const PLANTS: readonly Plant[] = [
  inPod('K6 a service-account token', (pod) => delete pod.automountServiceAccountToken),
  inPod(
    'K6 may run as root',
    (pod) => (pod.securityContext = { ...pod.securityContext, runAsNonRoot: false }),
  ),
  inPod('K6 no seccomp', (pod) => delete pod.securityContext?.seccompProfile),
  inPod('K6 the network of the node', (pod) => (pod.hostNetwork = true)),
  inPod('K6 processes of the node', (pod) => (pod.hostPID = true)),
  inPod('K6 files of the node', (pod) => (pod.volumes = [{ name: 'etc', hostPath: { path: '/etc' } }])),
  inContainer(
    'K6 privilege escalation',
    ({ securityContext }) => delete securityContext?.allowPrivilegeEscalation,
  ),
  inContainer('K6 capabilities', ({ securityContext }) => delete securityContext?.capabilities),
  inContainer(
    'K6 the root file system',
    ({ securityContext }) => delete securityContext?.readOnlyRootFilesystem,
  ),
  inContainer('K6 no resources', (container) => delete container.resources?.limits),
  inContainer('K6 a port of the node', ({ ports }) => Object.assign(ports?.[0] ?? {}, { hostPort: 8080 })),
  inContainer('K6 an image without a tag', (container) => (container.image = 'parley/rooms:latest')),
  inContainer('K6 a secret by value', ({ env }) => env?.push({ name: 'CLUSTER_SECRET', value: 'open' })),
  without('K6 no PodDisruptionBudget', 'PodDisruptionBudget', 'rooms'),
  inPod('K6 not spread', (pod) => pod.topologySpreadConstraints?.pop()),
  inObject('K6 a rollout takes replicas', 'Deployment', 'rooms', (spec) => (spec['strategy'] = {})),
  inObject('K6 fewer than two replicas', 'Deployment', 'rooms', (spec) => (spec['replicas'] = 1)),
  without('K6 no default-deny', 'NetworkPolicy', 'default-deny'),
  inObject(
    'K6 no default-deny',
    'NetworkPolicy',
    'default-deny',
    (spec) => (spec['policyTypes'] = ['Ingress']),
  ),
  inObject(
    'K6 open without need: in: anybody > rooms',
    'NetworkPolicy',
    'gateway',
    (spec) => (spec['podSelector'] = {}),
  ),
  inObject(
    'K6 open without need: out: rooms > anybody',
    'NetworkPolicy',
    'to-redis',
    (spec) => (spec['egress'] = [{}]),
  ),
  without('K6 not open: out: gateway > redis', 'NetworkPolicy', 'to-redis'),
  {
    expected: 'K6 a secret stands here',
    plant: (objects) => objects.push({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'parley-bus' } }),
  },
  inContainer(
    'K1 no preStop.sleep',
    (container) => (container.lifecycle = { preStop: { exec: { command: ['sleep', '5'] } } }),
  ),
  inContainer(
    'K1 no drain window',
    (container) => (container.env = container.env?.filter(({ name }) => name !== 'DRAIN_WINDOW_S') ?? []),
  ),
  inPod('K1 the grace period', (pod) => (pod.terminationGracePeriodSeconds = 54)),
  inContainer(
    'K4 not three different',
    (container) => (container.startupProbe = container.livenessProbe ?? {}),
  ),
  inContainer('K4 liveness asks more', ({ livenessProbe }) =>
    Object.assign(livenessProbe?.httpGet ?? {}, { path: '/readyz' }),
  ),
  without('no Deployment is named gateway', 'Deployment', 'gateway'),
  inObject(
    'K7 not by connections',
    'HorizontalPodAutoscaler',
    'gateway',
    (spec) => (spec['metrics'] = [{ type: 'Resource', resource: { name: 'cpu' } }]),
  ),
  inObject('K7 scales down fast', 'HorizontalPodAutoscaler', 'gateway', (spec) => (spec['behavior'] = {})),
  inObject('K7 the number of gateways is fixed', 'Deployment', 'gateway', (spec) => (spec['replicas'] = 2)),
  {
    ...inObject('K7 scales down fast', 'ScaledObject', 'gateway', (spec) => (spec['advanced'] = {})),
    overlay: 'redis with everything',
  },
  without('K9 neither HTTPRoute nor Ingress', 'HTTPRoute', 'parley'),
  inObject('K9 WebSockets are not routed', 'HTTPRoute', 'parley', (spec) => (spec['rules'] = [])),
];

/** An error that only the definition of a kind can tell, and a word of the message. */
export const UNKNOWN: readonly {
  name: string;
  overlay: string;
  plant: (objects: Manifest[]) => void;
  word: string;
}[] = [
  {
    name: 'a slip in a pod',
    overlay: 'redis',
    word: 'automountServiceAccounToken',
    plant: (objects) => Object.assign(podOf(objects, 'rooms'), { automountServiceAccounToken: false }),
  },
  {
    name: 'a number as text',
    overlay: 'redis',
    word: "to type 'number'",
    plant: change('Deployment', 'rooms', (spec) => (spec['replicas'] = '2')),
  },
  {
    name: 'a slip in a route',
    overlay: 'redis',
    word: 'parentRef',
    plant: change('HTTPRoute', 'parley', (spec) => (spec['parentRef'] = [])),
  },
  {
    name: 'a slip in a monitor',
    overlay: 'nats',
    word: 'podTargetLabel',
    plant: change('PodMonitor', 'parley', (spec) => (spec['podTargetLabel'] = [])),
  },
  {
    name: 'a slip in a rule',
    overlay: 'nats',
    word: 'group',
    plant: change('PrometheusRule', 'parley', (spec) => (spec['group'] = [])),
  },
  {
    name: 'a slip in a scaler',
    overlay: 'redis with everything',
    word: 'minReplicasCount',
    plant: change('ScaledObject', 'gateway', (spec) => (spec['minReplicasCount'] = 2)),
  },
  {
    name: 'a slip in a policy',
    overlay: 'dev',
    word: 'policyType',
    plant: change('NetworkPolicy', 'default-deny', (spec) => (spec['policyType'] = [])),
  },
];

type Spec = Record<string, unknown>;

function inPod(expected: string, edit: (pod: PodSpec) => unknown): Plant {
  return { expected, plant: (objects) => void edit(podOf(objects, 'rooms')) };
}

function inContainer(expected: string, edit: (container: Container) => unknown): Plant {
  return inPod(expected, ({ containers: [first] }) => first && edit(first));
}

function inObject(expected: string, kind: string, name: string, edit: (spec: Spec) => unknown): Plant {
  return { expected, plant: change(kind, name, edit) };
}

function without(expected: string, kind: string, name: string): Plant {
  return { expected, plant: (objects) => void objects.splice(indexOf(objects, kind, name), 1) };
}

function change(kind: string, name: string, edit: (spec: Spec) => unknown): (objects: Manifest[]) => void {
  return (objects) => void edit(objects[indexOf(objects, kind, name)]?.['spec'] as Spec);
}

function indexOf(objects: readonly Manifest[], kind: string, name: string): number {
  const index = objects.findIndex((one) => one.kind === kind && one.metadata.name === name);
  if (index < 0) throw new Error(`there is no ${kind} ${name}`);
  return index;
}
