import { spawnSync } from 'node:child_process';

/** Whether kubectl points at a cluster that answers. One has to be named for that: nobody's cluster is used by chance. */
export function lookForCluster() {
  if (!process.env.KUBECONFIG) return { found: false, problem: 'KUBECONFIG is not set' };
  const { status } = spawnSync('kubectl', ['get', '--raw', '/readyz', '--request-timeout=5s'], {
    stdio: 'ignore',
  });
  return { found: status === 0 };
}
