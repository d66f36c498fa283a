import { describe, expect, test } from 'vitest';
import { ConfigError, recordingTelemetry, runProcess } from '../src/index.js';
import type { ProcessHost, ProcessParts, Service } from '../src/index.js';
import { createVirtualClock } from './virtual-clock.js';

function createHost(...argv: string[]) {
  const host = {
    exits: [] as number[],
    printed: [] as string[],
    signal: (_name: string): void => undefined,
    fault: (_error: unknown): void => undefined,
  };
  const port: ProcessHost = {
    argv,
    env: {},
    runtime: 'node v0',
    onSignal: (told) => void (host.signal = told),
    onFault: (told) => void (host.fault = told),
    print: (text) => void host.printed.push(text),
    printError: (text) => void host.printed.push(`! ${text}`),
    exit: (code) => void host.exits.push(code),
  };
  return { host, port };
}

function setUp(change: Partial<ProcessParts> = {}, spoilt: Partial<Service> = {}) {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  const { host, port } = createHost();
  const steps: string[] = [];
  const service = (name: string): Service => ({
    start: async () => void steps.push(`start ${name}`),
    drain: async (windowMs) => void steps.push(`drain ${name} ${windowMs}`),
    stop: async () => void steps.push(`stop ${name}`),
  });
  const services = [service('a'), { ...service('b'), ...spoilt }, service('c')];
  const parts: ProcessParts = {
    services,
    telemetry,
    clock,
    drainMs: 5000,
    started: () => 'ready',
    ...change,
  };
  const run = () => runProcess({ name: 'test', help: 'the help', create: () => parts }, port);
  return { clock, telemetry, host, steps, run };
}

const never = (): Promise<void> => new Promise(() => undefined);
const throwing = async (): Promise<void> => {
  throw new Error('broken');
};

describe('runProcess', () => {
  test('--help prints and exits 0 without making anything', async () => {
    const { host, port } = createHost('--help');
    await runProcess({ name: 'test', help: 'the help', create: () => expect.unreachable() }, port);
    expect([host.printed, host.exits]).toEqual([['the help'], [0]]);
  });

  test('a wrong configuration is printed whole and exits 1', async () => {
    const { host, port } = createHost();
    const create = () => {
      throw new ConfigError(['PORT: bad', 'HOST: bad']);
    };
    await runProcess({ name: 'test', help: '', create }, port);
    expect(host.exits).toEqual([1]);
    expect(host.printed).toEqual(['! test: the configuration is wrong:\n  - PORT: bad\n  - HOST: bad']);
  });

  test('K1 SIGTERM drains, then stops, both backwards, then exits 0', async () => {
    const { clock, host, steps, run } = setUp();
    await run();
    expect([steps, host.printed, host.exits]).toEqual([['start a', 'start b', 'start c'], ['ready'], []]);
    host.signal('SIGTERM');
    await clock.run(10);
    const drained = ['drain c 5000', 'drain b 5000', 'drain a 5000'];
    expect(steps.slice(3)).toEqual([...drained, 'stop c', 'stop b', 'stop a']);
    expect(host.exits).toEqual([0]);
  });

  test('the window is one for all drains', async () => {
    const { clock, host, steps, run } = setUp(
      {},
      { drain: (ms) => new Promise((done) => void clock.after(ms, done)) },
    );
    await run();
    host.signal('SIGINT');
    await clock.run(6000);
    expect(steps.filter((step) => step.startsWith('drain'))).toEqual(['drain c 5000', 'drain a 0']);
    expect(host.exits).toEqual([0]);
  });

  test('a second signal exits 1 at once', async () => {
    const { clock, host, run } = setUp({}, { drain: never });
    await run();
    host.signal('SIGTERM');
    await clock.run(10);
    expect(host.exits).toEqual([]);
    host.signal('SIGTERM');
    expect(host.exits).toEqual([1]);
  });

  test('K1 a drain and a stop that hang end at their limits, with 1, and the others are still stopped', async () => {
    const { clock, host, steps, telemetry, run } = setUp({ stopMs: 3000 }, { drain: never, stop: never });
    await run();
    host.signal('SIGTERM');
    await clock.run(7900);
    expect(steps).not.toContain('stop c');
    await clock.run(5000);
    expect(steps).toContain('stop c');
    expect(host.exits).toEqual([1]);
    expect(telemetry.events('stop-incomplete').length).toBe(1);
  });

  test('a drain that throws stops everything all the same, and exits 1', async () => {
    const { clock, host, steps, run } = setUp({}, { drain: throwing });
    await run();
    host.signal('SIGTERM');
    await clock.run(10);
    expect(steps.filter((step) => step.startsWith('stop'))).toEqual(['stop c', 'stop b', 'stop a']);
    expect(host.exits).toEqual([1]);
  });

  test('a failed start is told, stops what was started, and exits 1', async () => {
    const { host, steps, run } = setUp({}, { start: throwing });
    await run();
    expect(steps).toEqual(['start a', 'stop b', 'stop a']);
    expect([host.printed, host.exits]).toEqual([['! test: broken'], [1]]);
  });

  test('U2 an unhandled rejection is logged, everything stops without a drain, exit 1', async () => {
    const { clock, host, steps, telemetry, run } = setUp();
    await run();
    host.fault(new Error('nobody caught me'));
    host.fault('another');
    await clock.run(10);
    expect(telemetry.events('uncaught').map(({ fields }) => fields['message'])).toEqual([
      'nobody caught me',
      'another',
    ]);
    expect(steps.slice(3)).toEqual(['stop c', 'stop b', 'stop a']);
    expect(host.exits).toEqual([1]);
  });

  test('a signal during the start ends it, and what is not started yet never starts', async () => {
    const { clock, host, steps, run } = setUp(
      {},
      { start: () => new Promise((done) => void clock.after(1000, done)) },
    );
    const running = run();
    await clock.run(10);
    host.signal('SIGTERM');
    await clock.run(2000);
    await running;
    expect(steps).not.toContain('start c');
    expect(host.printed).toEqual([]);
    expect(host.exits).toEqual([0]);
  });

  test('F17 log lines are let out, for a second at most', async () => {
    const { clock, host, run } = setUp({ flush: never });
    await run();
    host.signal('SIGTERM');
    await clock.run(900);
    expect(host.exits).toEqual([]);
    await clock.run(200);
    expect(host.exits).toEqual([0]);
  });
});
