import type { Clock } from './ports/clock.js';
import type { Service } from './ports/service.js';
import type { Telemetry } from './ports/telemetry.js';
import type { ProcessHost } from './system/process-host.js';
import { log } from './telemetry/kit-logs.js';
import { VERSION } from './version.js';

/** A program: its name, its help, and how it is made from the environment. */
export interface Program {
  readonly name: string;
  /** What `--help` prints. */
  readonly help: string;
  /** Makes everything without starting it. What it throws (a ConfigError, say) is printed and ends the process with 1. */
  readonly create: (env: ProcessHost['env']) => ProcessParts | Promise<ProcessParts>;
}

/** What a process runs. */
export interface ProcessParts {
  /** Started in order; drained and stopped in reverse. */
  readonly services: readonly Service[];
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** For all drains together, in milliseconds. */
  readonly drainMs: number;
  /** For all stops together, and for a drain beyond its window; then the process ends with 1. Default 10,000. */
  readonly stopMs?: number;
  /** Lets the last log lines out; waited for at most a second. */
  readonly flush?: () => Promise<void>;
  /** Printed once everything has started. */
  readonly started?: () => string;
}

interface Run {
  readonly host: ProcessHost;
  readonly parts: ProcessParts;
  readonly running: Service[];
  ending: Promise<void> | undefined;
}

/**
 * Runs a program to its end. SIGTERM or SIGINT: drain within the window, stop, exit 0; a second signal: exit 1 at once.
 * A failed start, an uncaught exception or an unhandled rejection: told, stopped, exit 1. `--help` prints and exits 0.
 * Resolves when everything has started or the process was told to exit; never rejects.
 */
export async function runProcess(program: Program, host: ProcessHost): Promise<void> {
  if (host.argv.includes('--help') || host.argv.includes('-h')) {
    host.print(program.help);
    return host.exit(0);
  }
  let parts: ProcessParts;
  try {
    parts = await program.create(host.env);
  } catch (error) {
    host.printError(`${program.name}: ${messageOf(error)}`);
    return host.exit(1);
  }
  const run: Run = { host, parts, running: [], ending: undefined };
  let signals = 0;
  host.onSignal((signal) => {
    signals += 1;
    if (signals > 1) return host.exit(1);
    log(parts.telemetry, 'service-draining', { signal, windowMs: parts.drainMs });
    void end(run, 0);
  });
  host.onFault((error) => {
    const stack = error instanceof Error ? error.stack : undefined;
    log(parts.telemetry, 'uncaught', { message: messageOf(error), stack });
    void end(run, 1);
  });
  await start(run, program.name);
}

async function start(run: Run, name: string): Promise<void> {
  const { parts, host } = run;
  const { telemetry, clock } = parts;
  const begunAt = clock.now();
  log(telemetry, 'service-starting', { version: VERSION, runtime: host.runtime });
  try {
    for (const service of parts.services) {
      if (run.ending !== undefined) return;
      run.running.push(service);
      await service.start();
    }
  } catch (error) {
    if (run.ending !== undefined) return;
    host.printError(`${name}: ${messageOf(error)}`);
    return end(run, 1);
  }
  if (run.ending !== undefined) return;
  log(telemetry, 'service-started', { ms: clock.now() - begunAt });
  if (parts.started !== undefined) host.print(parts.started());
}

/** Ends once: later reasons wait for the first to be through. Only a signal (code 0) drains. */
function end(run: Run, code: number): Promise<void> {
  return (run.ending ??= windDown(run, code));
}

async function windDown({ host, parts, running }: Run, code: number): Promise<void> {
  const { clock, telemetry, drainMs, stopMs = 10_000 } = parts;
  const backwards = [...running].reverse();
  const begunAt = clock.now();
  const deadline = begunAt + drainMs;
  let clean = code === 0;
  if (code === 0) {
    const drain = inTurn(backwards, (service) => service.drain(Math.max(deadline - clock.now(), 0)));
    clean = await within(clock, drainMs + stopMs, drain);
    log(telemetry, 'service-drained', { ms: clock.now() - begunAt, clean });
  }
  clean =
    (await within(
      clock,
      stopMs,
      inTurn(backwards, (service) => service.stop()),
    )) && clean;
  if (!clean && code === 0) log(telemetry, 'stop-incomplete', {});
  log(telemetry, 'service-stopped', { ms: clock.now() - begunAt, code: clean ? 0 : 1 });
  await within(clock, 1000, parts.flush?.() ?? Promise.resolve());
  host.exit(clean ? 0 : 1);
}

/** One after the other; one that fails does not keep the rest from their turn, and is thrown at the end. */
async function inTurn(services: readonly Service[], act: (service: Service) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  for (const service of services) {
    try {
      await act(service);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** True if it resolves in time. */
function within(clock: Clock, ms: number, work: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, () => resolve(false));
    work.then(
      () => resolve(true),
      () => resolve(false),
    );
    void work.catch(() => undefined).then(cancel);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
