import { kubectl, kubectlJson } from './kubectl.mjs';

/** In a few lines, what keeps the pods of a workload from being ready: each object with its last event. */
export async function whyNotReady(namespace, workload) {
  const { items: pods } = await kubectlJson(['-n', namespace, 'get', 'pods']);
  const { items: events } = await kubectlJson(['-n', namespace, 'get', 'events']);
  const mine = pods.filter(
    ({ metadata }) => metadata.name.startsWith(`${workload}-`) && !isReady(metadata.name, pods),
  );
  const names = new Set([workload, ...mine.map(({ metadata }) => metadata.name)]);
  const others = events.filter(
    ({ involvedObject: { name } }) => name.startsWith(`${workload}-`) || names.has(name),
  );
  const objects = [...new Set(others.map(({ involvedObject: { kind, name } }) => `${kind}/${name}`))];
  const lines = objects
    .filter((object) => isWanted(object, pods))
    .map((object) => `${object}: ${lastEvent(others, object)}`);
  return [...lines, ...(await Promise.all(mine.map((pod) => lastWords(namespace, pod))))].join('\n');
}

function isReady(name, pods) {
  const pod = pods.find(({ metadata }) => metadata.name === name);
  return pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** Pods that are ready have nothing to tell, nor have those that are gone. */
function isWanted(object, pods) {
  const [kind, name] = object.split('/');
  return kind !== 'Pod' || (pods.some(({ metadata }) => metadata.name === name) && !isReady(name, pods));
}

function lastEvent(events, object) {
  const last = events
    .filter(({ involvedObject: { kind, name } }) => `${kind}/${name}` === object)
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .at(-1);
  return `${last.reason}: ${last.message}`;
}

function timeOf({ lastTimestamp, eventTime, metadata }) {
  return lastTimestamp ?? eventTime ?? metadata.creationTimestamp;
}

async function lastWords(namespace, { metadata: { name }, status }) {
  const waiting = status.containerStatuses?.map(({ state }) => state?.waiting?.reason).filter(Boolean) ?? [];
  const log = await kubectl(['-n', namespace, 'logs', name, '--tail=5']).catch(() => '');
  return [`pod/${name}: ${status.phase} ${waiting.join(' ')}`, ...log.trim().split('\n')].join('\n  ').trim();
}
