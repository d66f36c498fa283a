import { fileURLToPath } from 'node:url';
import { startProcess } from './start-process.js';
import type { RunningProcess } from './start-process.js';

/** Which processes a cluster is made of, and what joins them. */
export interface ClusterOptions {
  readonly busUrl: string;
  readonly storeUrl: string;
  /** Default 2. */
  readonly gateways?: number;
  /** Default 2. */
  readonly rooms?: number;
  /** Replicas of the credentials service; default 1. */
  readonly turnCredentials?: number;
  /** Further settings of every process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Further settings of the n-th process of a kind; they win over all but what `add` is given. */
  readonly envOf?: (role: ClusterRole, index: number) => Readonly<Record<string, string>>;
}

/** What a process of the cluster does. */
export type ClusterRole = 'gateway' | 'rooms' | 'turn-credentials';

/** One process of a cluster. */
export interface ClusterProcess extends RunningProcess {
  readonly role: ClusterRole;
  /** `http://127.0.0.1:PORT`; undefined for rooms. */
  readonly url: string | undefined;
  readonly adminUrl: string;
}

/** A cluster of real processes on this machine. */
export interface Cluster {
  readonly gateways: readonly ClusterProcess[];
  readonly rooms: readonly ClusterProcess[];
  readonly turnCredentials: readonly ClusterProcess[];
  /** Starts one more. */
  add(role: ClusterRole, env?: Readonly<Record<string, string>>): Promise<ClusterProcess>;
  /** Resolves once every gateway that still runs is ready. Rejects after 15 s. */
  ready(): Promise<void>;
  /** Ends what still runs, by SIGTERM; by SIGKILL with `force`. */
  stop(force?: boolean): Promise<void>;
}

const READY_WITHIN_MS = 15_000;

/**
 * Starts the built services (`npm run build`) as processes that share one secret, and waits until all of them listen.
 * Whatever fails to start takes the others down with it.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const all: { readonly index: number; readonly one: ClusterProcess }[] = [];
  const of = (role: ClusterRole): ClusterProcess[] =>
    all
      .filter(({ one }) => one.role === role)
      .sort((a, b) => a.index - b.index)
      .map(({ one }) => one);
  const begun = new Map<ClusterRole, number>();
  const add = async (role: ClusterRole, env = {}): Promise<ClusterProcess> => {
    const index = begun.get(role) ?? 0;
    begun.set(role, index + 1);
    const its = options.envOf?.(role, index);
    const one = await startOne(role, { ...commonEnv(options), ...options.env, ...its, ...env });
    all.push({ index, one });
    return one;
  };
  const stop = async (force = false): Promise<void> => {
    await Promise.all(all.map(({ one }) => (force ? one.kill() : one.stop())));
  };
  const { gateways = 2, rooms = 2, turnCredentials = 1 } = options;
  const wanted: ClusterRole[] = [
    ...Array<ClusterRole>(rooms).fill('rooms'),
    ...Array<ClusterRole>(turnCredentials).fill('turn-credentials'),
    ...Array<ClusterRole>(gateways).fill('gateway'),
  ];
  const results = await Promise.allSettled(wanted.map((role) => add(role)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop(true);
    throw failed.reason;
  }
  return {
    get gateways() {
      return of('gateway');
    },
    get rooms() {
      return of('rooms');
    },
    get turnCredentials() {
      return of('turn-credentials');
    },
    add,
    ready: () => whenReady(of('gateway').filter((one) => one.alive())),
    stop,
  };
}

function commonEnv({ busUrl, storeUrl }: ClusterOptions): Record<string, string> {
  const { PATH = '', HOME = '', SystemRoot = '', XDG_STATE_HOME = '', LOCALAPPDATA = '' } = process.env;
  return {
    ...{ PATH, HOME, SystemRoot, XDG_STATE_HOME, LOCALAPPDATA },
    BUS_URL: busUrl,
    STORE_URL: storeUrl,
    AUTH_MODE: 'open',
    HOST: '127.0.0.1',
    PORT: '0',
    ADMIN_PORT: '0',
    // So that everything that can be logged is looked at for secrets.
    LOG_LEVEL: 'debug',
  };
}

async function startOne(role: ClusterRole, env: Readonly<Record<string, string>>): Promise<ClusterProcess> {
  const main = fileURLToPath(new URL(`../../../../services/${role}/dist/main.js`, import.meta.url));
  const running = await startProcess({ main, env });
  const [url, adminUrl] = role === 'rooms' ? [undefined, running.urls[0]] : running.urls;
  if (adminUrl === undefined) throw new Error(`no addresses in: ${running.startLine}`);
  return { ...running, role, url, adminUrl };
}

async function whenReady(processes: readonly ClusterProcess[]): Promise<void> {
  const deadline = AbortSignal.timeout(READY_WITHIN_MS);
  for (const { adminUrl, startLine } of processes) {
    for (;;) {
      const { ok } = await fetch(`${adminUrl}/readyz`).catch(() => ({ ok: false }));
      if (ok) break;
      if (deadline.aborted) throw new Error(`not ready within ${READY_WITHIN_MS / 1_000} s: ${startLine}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
