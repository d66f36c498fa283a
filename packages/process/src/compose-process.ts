import { createBus } from '@parley/bus';
import type { Role } from '@parley/bus';
import {
  createAdminServer,
  createLogger,
  createReadiness,
  createSystemRandom,
  createTelemetry,
  loadAdminToken,
  loadClusterSecret,
  loadTracer,
  logLevelRoute,
  logReadiness,
  VERSION,
} from '@parley/kit';
import type {
  AdminRoute,
  Clock,
  ConfigValues,
  MetricDefinition,
  ProcessConfig,
  ProcessParts,
  ProcessTelemetry,
  Random,
  Readiness,
  Service,
  Tracer,
} from '@parley/kit';
import { createId } from '@parley/protocol';
import type { busFields } from './bus-fields.js';
import { createMember } from './create-member.js';
import type { Member, MemberService } from './create-member.js';
import { BUS_METRICS } from './bus-metrics.js';
import { OUTSIDE_METRICS, watchOutside } from './watch-outside.js';

/** The settings that every process of a cluster has. */
export type ClusterConfig = ProcessConfig & ConfigValues<typeof busFields>;

/** What a service of the cluster finds around itself in its process. */
export interface Surroundings {
  readonly member: Member;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: ProcessTelemetry;
  /** Undefined: nothing is traced. */
  readonly tracer: Tracer | undefined;
  /** What the processes of the cluster share. */
  readonly secret: string;
}

/** What is different from process to process. */
export interface ProcessOptions<S extends Service & MemberService> {
  readonly role: Role;
  /** Of the random id: `g`, `r`, `t`. */
  readonly prefix: string;
  readonly config: ClusterConfig;
  readonly clock: Clock;
  readonly metrics: readonly MetricDefinition[];
  /** Makes the service, which takes over the member's endpoint and directory. */
  readonly create: (around: Surroundings) => S | Promise<S>;
  /** Started after the service, and drained and stopped before it. */
  readonly beside?: (service: S) => readonly Service[];
  /** What a rooms replica keeps rooms in: started before the service, stopped after it. */
  readonly store?: Service & { fresh(): boolean };
  /** Default: it hears itself over the bus, its store answers, and it is not draining. */
  readonly ready?: (service: S) => Readiness;
  /** What operators may ask the service on the admin port. */
  readonly admin?: (service: S) => readonly AdminRoute[];
  /** Where the service is to be found, for the start-up line; undefined where it has no port of its own. */
  readonly where?: (service: S) => string;
}

/**
 * Composes one service as a process of its own: logs and metrics, the admin server, a member of the cluster over
 * `BUS_URL`, and the service on it. Rejects with what a setting lacks; nothing is started.
 */
export async function composeProcess<S extends Service & MemberService>(
  options: ProcessOptions<S>,
): Promise<ProcessParts> {
  const { role, prefix, config, metrics, clock, store } = options;
  const random = createSystemRandom();
  const id = createId(prefix, random.bytes);
  const logger = createLogger({ level: config.logLevel, service: role, node: id });
  const telemetry = createTelemetry({
    definitions: [...OUTSIDE_METRICS, ...BUS_METRICS, ...metrics],
    logger,
    ...{ service: role, version: VERSION, node: id },
  });
  const { otlpEndpoint: endpoint, traceRatio: ratio } = config;
  const tracer = await loadTracer({ endpoint, ratio, service: role, version: VERSION, node: id });
  const secret = loadClusterSecret({ value: config.clusterSecret });
  const member = createMember({
    ...{ bus: createBus(config.busUrl, clock), clock, telemetry, id, role },
    ...(store !== undefined && { storeFresh: () => store.fresh() }),
  });
  const service = await options.create({ member, clock, random, telemetry, tracer, secret });
  member.carry(service);
  const outside = new Map([['bus-unheard', () => !member.canary.fresh()]]);
  if (store !== undefined) outside.set('store-unheard', () => !store.fresh());
  const readiness = createReadiness({
    clock,
    hard: () => (service.draining() ? ['draining'] : []),
    soft: () => [...outside].flatMap(([reason, holds]) => (holds() ? [reason] : [])),
  });
  const ready = (): Readiness => options.ready?.(service) ?? readiness.judge();
  const watch = watchOutside({
    ...{ ...member, clock, telemetry, reasons: outside },
    ready: () => ready().ready,
    draining: () => service.draining(),
  });
  const admin = createAdminServer({
    ...{ host: config.adminHost, port: config.adminPort, clock, ready },
    ...{
      token: loadAdminToken(config),
      routes: [...logLevelRoute({ logger, clock, telemetry }), ...(options.admin?.(service) ?? [])],
    },
    metrics: () => telemetry.metrics(),
    contentType: telemetry.contentType,
  });
  const started = (): string =>
    startLine({ role, config, where: options.where?.(service), port: admin.port() });
  return {
    services: [
      ...[admin, readiness, logReadiness({ clock, telemetry, ready }), watch],
      ...[...optional(store), member, service],
      ...(options.beside?.(service) ?? []),
    ],
    ...{ telemetry, clock, started },
    drainMs: config.drainWindowS * 1_000,
    flush: async () => void (await Promise.all([tracer?.flush(), telemetry.flush()])),
  };
}

function startLine(started: {
  readonly role: string;
  readonly config: { readonly busUrl: string; readonly adminHost: string };
  readonly where: string | undefined;
  readonly port: number;
}): string {
  const { role, config, where, port } = started;
  return [
    `Parley ${role} ${where === undefined ? 'is ready' : `listens on ${where}`}`,
    ...(config.busUrl === 'memory:' ? ['alone: BUS_URL reaches nobody else'] : []),
    `metrics on http://${config.adminHost}:${port}/metrics`,
  ].join(' · ');
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
