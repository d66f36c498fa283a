import type { Manifest } from './manifests.js';
import { deniesByDefault, openings } from './network.js';
import { selects, workloadsOf } from './pods.js';
import type { Container, PodSpec, Selector, Workload } from './pods.js';

/** Ours, which clients depend on: they move out of the way one at a time. */
const SERVICES = ['gateway', 'rooms', 'turn-credentials'];
/** What is started one at a time by its nature, and loses nothing by that. */
const SINGLE = ['redis'];
/** The namespace whose pods stand in the network of their node, as TURN has to. */
const OUTSIDE = 'parley-turn';
const STOP_S = 20;
const SLOW_S = 300;
const SPREAD = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'];

/** What is wrong with the objects of one overlay, each line with the requirement that it breaks. */
export function policyFaults(objects: readonly Manifest[], allowed: ReadonlySet<string>): string[] {
  const workloads = workloadsOf(objects);
  const missing = SERVICES.filter(
    (name) => !workloads.some((one) => one.kind === 'Deployment' && one.name === name),
  );
  return [
    ...missing.map((name) => `no Deployment is named ${name}`),
    ...workloads.flatMap((one) => podFaults(one).map((fault) => `${fault}: ${one.name}`)),
    ...workloads.flatMap((one) => availabilityFaults(one, objects).map((fault) => `${fault}: ${one.name}`)),
    ...workloads.filter(({ name }) => SERVICES.includes(name)).flatMap((one) => shutdownFaults(one, objects)),
    ...networkFaults(objects, workloads, allowed),
    ...scalingFaults(objects),
    ...routeFaults(objects),
    ...objects
      .filter(({ kind }) => kind === 'Secret')
      .map(({ metadata }) => `K6 a secret stands here: ${metadata.name}`),
  ];
}

/** K6: restricted pod security, and what we ask beyond it. */
function podFaults({ pod, namespace }: Workload): string[] {
  const { securityContext = {} } = pod;
  const rules: [string, boolean][] = [
    ['K6 a service-account token is mounted', pod.automountServiceAccountToken !== false],
    ['K6 may run as root', securityContext.runAsNonRoot !== true || securityContext.runAsUser === 0],
    ['K6 no seccomp profile', securityContext.seccompProfile?.type !== 'RuntimeDefault'],
    ['K6 the network of the node', (pod.hostNetwork ?? false) && namespace !== OUTSIDE],
    ['K6 processes of the node', pod.hostPID === true || pod.hostIPC === true],
    ['K6 files of the node', pod.volumes?.some((volume) => 'hostPath' in volume) ?? false],
  ];
  return [...broken(rules), ...[...pod.containers, ...(pod.initContainers ?? [])].flatMap(containerFaults)];
}

function containerFaults({
  securityContext = {},
  resources,
  image,
  ports = [],
  env = [],
}: Container): string[] {
  const { requests = {}, limits = {} } = resources ?? {};
  const { drop = [], add = [] } = securityContext.capabilities ?? {};
  const tag = /:([\w.-]+)$/.exec(image)?.[1];
  return broken([
    [
      'K6 privilege escalation',
      securityContext.allowPrivilegeEscalation !== false || securityContext.privileged === true,
    ],
    ['K6 capabilities', !drop.includes('ALL') || add.some((name) => name !== 'NET_BIND_SERVICE')],
    ['K6 the root file system can be written', securityContext.readOnlyRootFilesystem !== true],
    ['K6 no resources', !requests['cpu'] || !requests['memory'] || !limits['memory']],
    ['K6 a port of the node', ports.some(({ hostPort }) => hostPort !== undefined)],
    ['K6 an image without a tag', tag === undefined || tag === 'latest'],
    [
      'K6 a secret by value',
      env.some(
        ({ name, value }) =>
          value !== undefined && /SECRET|PASSWORD|ADMIN_TOKEN|JWT_KEYS|(BUS|STORE)_URL/.test(name),
      ),
    ],
  ]);
}

/** K6: what keeps replicas apart, and from going together. */
function availabilityFaults(one: Workload, objects: readonly Manifest[]): string[] {
  if (SINGLE.includes(one.name) || one.kind === 'DaemonSet') return [];
  const budgets = objects.filter(
    ({ kind, metadata, spec }) =>
      kind === 'PodDisruptionBudget' &&
      metadata.namespace === one.namespace &&
      selects((spec as { selector?: Selector }).selector, one.labels),
  );
  const spread = one.pod.topologySpreadConstraints ?? [];
  const isSpread = SPREAD.every((key) =>
    spread.some(
      ({ topologyKey, labelSelector }) => topologyKey === key && selects(labelSelector, one.labels),
    ),
  );
  const unavailable = one.strategy?.rollingUpdate?.maxUnavailable;
  return broken([
    ['K6 no PodDisruptionBudget', budgets.length !== 1],
    ['K6 not spread over zones and nodes', !isSpread],
    ['K6 a rollout takes replicas away first', one.kind === 'Deployment' && unavailable !== 0],
  ]);
}

/** K1 and K4: how one of ours ends, and how it is watched. */
function shutdownFaults({ pod, name }: Workload, objects: readonly Manifest[]): string[] {
  return pod.containers.flatMap((container) => {
    const { startupProbe, livenessProbe, readinessProbe, lifecycle } = container;
    const sleep = lifecycle?.preStop?.sleep?.seconds;
    const window = Number(container.env?.find((one) => one.name === 'DRAIN_WINDOW_S')?.value);
    const probes = [startupProbe, livenessProbe, readinessProbe];
    const faults = broken([
      ['K1 no preStop.sleep', sleep === undefined],
      ['K1 no drain window', !(window > 0)],
      [
        'K1 the grace period is too short',
        (pod.terminationGracePeriodSeconds ?? 30) < (sleep ?? 0) + window + STOP_S,
      ],
      [
        'K4 not three different probes',
        new Set(probes.map((probe) => JSON.stringify(probe))).size < 3 || probes.includes(undefined),
      ],
      ['K4 liveness asks more than the event loop', livenessProbe?.httpGet?.path !== '/healthz'],
      ['K4 readiness is not asked', readinessProbe?.httpGet?.path !== '/readyz'],
    ]);
    const scaled = objects.some(({ kind }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind));
    const replicas =
      name === 'gateway' && scaled
        ? 2
        : Number(workloadsOf(objects).find((one) => one.name === name)?.replicas);
    if (!(replicas >= 2)) faults.push('K6 fewer than two replicas');
    return faults.map((fault) => `${fault}: ${name}`);
  });
}

/** K6: nothing is open but what has to be. */
function networkFaults(
  objects: readonly Manifest[],
  workloads: readonly Workload[],
  allowed: ReadonlySet<string>,
): string[] {
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const closed = namespaces.filter((namespace) => !deniesByDefault(objects, namespace));
  const open = openings(objects);
  return [
    ...closed.map((namespace) => `K6 no default-deny NetworkPolicy: ${namespace}`),
    ...[...open].filter((one) => !allowed.has(one)).map((one) => `K6 open without need: ${one}`),
    ...[...allowed].filter((one) => !open.has(one)).map((one) => `K6 not open: ${one}`),
  ];
}

interface Behavior {
  scaleDown?: { stabilizationWindowSeconds?: number; policies?: { value: number; periodSeconds: number }[] };
}

/** K7: gateways are as many as their connections need, and go slowly. */
function scalingFaults(objects: readonly Manifest[]): string[] {
  const scalers = objects.filter(({ kind }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind));
  const gateway = objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gateway');
  const fixed = (gateway?.['spec'] as { replicas?: number } | undefined)?.replicas !== undefined;
  return [
    ...broken([
      ['K7 two autoscalers', scalers.length > 1],
      ['K7 the number of gateways is fixed beside an autoscaler', scalers.length > 0 && fixed],
    ]),
    ...scalers.flatMap(scalerFaults),
  ];
}

function scalerFaults({ kind, spec }: Manifest): string[] {
  const { scaleTargetRef, behavior, advanced, metrics, triggers, minReplicas, minReplicaCount } = spec as {
    scaleTargetRef?: { kind?: string; name?: string };
    behavior?: Behavior;
    advanced?: { horizontalPodAutoscalerConfig?: { behavior?: Behavior } };
    metrics?: unknown[];
    triggers?: unknown[];
    minReplicas?: number;
    minReplicaCount?: number;
  };
  const sources = (kind === 'ScaledObject' ? triggers : metrics) ?? [];
  const { stabilizationWindowSeconds: window = 0, policies = [] } =
    (behavior ?? advanced?.horizontalPodAutoscalerConfig?.behavior)?.scaleDown ?? {};
  const slow =
    policies.length > 0 && policies.every(({ value, periodSeconds }) => value <= 1 && periodSeconds >= 60);
  return broken([
    ['K7 not of the gateways', scaleTargetRef?.kind !== 'Deployment' || scaleTargetRef.name !== 'gateway'],
    [
      'K7 not by connections',
      sources.length !== 1 || !JSON.stringify(sources).includes('parley_gateway_connections'),
    ],
    ['K7 scales down fast', window < SLOW_S || !slow],
    ['K7 fewer than two gateways', (minReplicas ?? minReplicaCount ?? 1) < 2],
  ]);
}

/** K9: the Gateway API first; an Ingress in its place, never beside it, and none of a controller that is retired. */
function routeFaults(objects: readonly Manifest[]): string[] {
  const routes = objects.filter(({ kind }) => kind === 'HTTPRoute');
  const ingresses = objects.filter(({ kind }) => kind === 'Ingress');
  const scaled = objects.some(({ kind }) => ['HorizontalPodAutoscaler', 'ScaledObject'].includes(kind));
  const paths = JSON.stringify([...routes, ...ingresses]);
  return broken([
    ['K9 both HTTPRoute and Ingress', routes.length > 0 && ingresses.length > 0],
    ['K9 neither HTTPRoute nor Ingress', scaled && routes.length + ingresses.length === 0],
    ['K9 made for ingress-nginx', paths.includes('nginx.ingress')],
    ['K9 WebSockets are not routed', routes.length + ingresses.length > 0 && !paths.includes('/v1/connect')],
  ]);
}

function broken(rules: readonly [string, boolean][]): string[] {
  return rules.filter(([, isBroken]) => isBroken).map(([fault]) => fault);
}

/** The specification of the pods of a workload, to be looked at or changed. */
export function podOf(objects: readonly Manifest[], name: string): PodSpec {
  const found = workloadsOf(objects).find((one) => one.name === name);
  if (found === undefined) throw new Error(`nothing is named ${name}`);
  return found.pod;
}
