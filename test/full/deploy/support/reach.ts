import { NAMESPACE } from '../../../../scripts/deploy/deployment.mjs';
import { apply, kubectl } from '../../../../scripts/deploy/kubectl.mjs';

/** A program for Node that tries to connect to each of its arguments (`host:port`) and prints which it reached. */
const TRY = `
const net = require('node:net');
const tries = process.argv.slice(1).map((target) => new Promise((resolve) => {
  const [host, port] = target.split(':');
  const socket = net.connect(Number(port), host, () => { socket.destroy(); resolve(target); });
  socket.once('error', () => resolve()).setTimeout(2500, () => { socket.destroy(); resolve(); });
}));
Promise.all(tries).then((reached) => { console.log(JSON.stringify(reached.filter(Boolean))); process.exit(0); });`;

/** Which of `host:port` a pod of ours reaches over TCP. */
export function reachedFrom(pod: string, targets: readonly string[]): Promise<string[]> {
  return tryFrom(NAMESPACE, pod, targets);
}

/** A pod that is nobody's, in a namespace. */
export interface Stray {
  reached(targets: readonly string[]): Promise<string[]>;
  end(): Promise<unknown>;
}

/** Starts one; policies take a moment to know it. */
export async function startStray(namespace: string): Promise<Stray> {
  const name = `stray-${Math.random().toString(36).slice(2, 8)}`;
  const container = {
    name: 'stray',
    image: 'parley/rooms:0.1.0',
    imagePullPolicy: 'IfNotPresent',
    command: ['node', '-e', 'setTimeout(() => {}, 300_000)'],
    resources: { requests: { cpu: '10m', memory: '32Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
  };
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers: [container] };
  await apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec }]);
  await kubectl(['-n', namespace, 'wait', `pod/${name}`, '--for=condition=Ready', '--timeout=60s']);
  return {
    reached: (targets) => tryFrom(namespace, name, targets),
    end: () => kubectl(['-n', namespace, 'delete', 'pod', name, '--now', '--wait=false']),
  };
}

async function tryFrom(namespace: string, pod: string, targets: readonly string[]): Promise<string[]> {
  return JSON.parse(
    await kubectl(['-n', namespace, 'exec', pod, '--', 'node', '-e', TRY, ...targets]),
  ) as string[];
}
