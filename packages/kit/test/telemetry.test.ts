import { describe, expect, test } from 'vitest';
import {
  checkMetricDefinitions,
  COMMON_METRICS,
  createLogger,
  createTelemetry,
  nullTelemetry,
  recordingTelemetry,
  redactFields,
} from '../src/index.js';
import type { MetricDefinition } from '../src/index.js';

const definitions: readonly MetricDefinition[] = [
  { name: 'parley_joins_total', type: 'counter', help: 'Joins by result.', labels: ['result'] },
  { name: 'parley_connections', type: 'gauge', help: 'Open connections.' },
  { name: 'parley_join_seconds', type: 'histogram', help: 'How long a join took.', buckets: [0.1, 1] },
];

function setUp(options: { strict?: boolean; nodeMetrics?: boolean } = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    level: 'info',
    service: 'gateway',
    destination: { write: (line) => void lines.push(line) },
  });
  const telemetry = createTelemetry({
    definitions,
    logger,
    service: 'gateway',
    version: '1.2.3',
    node: 'g_1',
    nodeMetrics: false,
    ...options,
  });
  return { lines, telemetry };
}

describe('telemetry', () => {
  test('O1 the common metrics keep the naming rules', () => {
    expect(checkMetricDefinitions(COMMON_METRICS)).toEqual([]);
    expect(checkMetricDefinitions(definitions)).toEqual([]);
  });

  const bad: readonly [string, Partial<MetricDefinition>][] = [
    ['no prefix', { name: 'joins_total' }],
    ['capitals', { name: 'parley_Joins_total' }],
    ['a counter without _total', { name: 'parley_joins' }],
    ['a gauge with _total', { type: 'gauge' }],
    ['milliseconds', { name: 'parley_join_ms', type: 'histogram' }],
    ['milliseconds in a counter', { name: 'parley_waited_milliseconds_total' }],
    ['a histogram without unit', { name: 'parley_join', type: 'histogram' }],
    ['no help', { help: ' ' }],
    ['a room label', { labels: ['room'] }],
    ['a peer label', { labels: ['from_peer'] }],
    ['an id label', { labels: ['id'] }],
    ['an illegal label', { labels: ['Result'] }],
    ['a reserved label', { labels: ['le'] }],
    ['a label twice', { labels: ['a', 'a'] }],
    ['buckets on a counter', { buckets: [1] }],
    ['buckets that do not ascend', { name: 'parley_join_seconds', type: 'histogram', buckets: [1, 1] }],
  ];
  for (const [fault, change] of bad) {
    test(`O1 ${fault} is refused`, () => {
      const definition: MetricDefinition = {
        name: 'parley_joins_total',
        type: 'counter',
        help: 'Joins.',
        ...change,
      };
      expect(checkMetricDefinitions([definition]).length).toBeGreaterThan(0);
    });
  }

  test('O1 one name twice is refused, the very same definition twice is one', () => {
    const [first] = definitions;
    if (first === undefined) expect.unreachable();
    expect(checkMetricDefinitions([first, { ...first, help: 'Other.' }])).toEqual([
      'parley_joins_total is defined twice',
    ]);
    const logger = createLogger({ level: 'silent', service: 'x' });
    const make = (all: readonly MetricDefinition[]) =>
      createTelemetry({
        definitions: all,
        logger,
        service: 'x',
        version: '0',
        node: 'n',
        nodeMetrics: false,
      });
    expect(() => make([...definitions, { ...first }])).not.toThrow();
    expect(() => make([...definitions, { ...first, help: 'Other.' }])).toThrow('defined twice');
  });

  test('what is emitted is scraped, with the build info', async () => {
    const { telemetry } = setUp();
    telemetry.count('parley_joins_total', { result: 'ok' });
    telemetry.count('parley_joins_total', { result: 'ok' }, 2);
    telemetry.gauge('parley_connections', 7);
    telemetry.observe('parley_join_seconds', 0.5);
    const scraped = await telemetry.metrics();
    for (const line of [
      'parley_joins_total{result="ok"} 3',
      'parley_connections 7',
      'parley_join_seconds_bucket{le="1"} 1',
      'parley_build_info{service="gateway",version="1.2.3",node="g_1"} 1',
    ]) {
      expect(scraped.split('\n')).toContain(line);
    }
    expect(telemetry.contentType).toContain('text/plain');
  });

  const misuses: readonly [string, (telemetry: ReturnType<typeof setUp>['telemetry']) => void][] = [
    ['an unknown name', (telemetry) => telemetry.count('parley_other_total')],
    ['the wrong type', (telemetry) => telemetry.count('parley_connections')],
    ['a missing label', (telemetry) => telemetry.count('parley_joins_total')],
    ['an unknown label', (telemetry) => telemetry.count('parley_joins_total', { result: 'ok', room: 'x' })],
    ['a negative count', (telemetry) => telemetry.count('parley_joins_total', { result: 'ok' }, -1)],
    ['a value that is no number', (telemetry) => telemetry.gauge('parley_connections', NaN)],
  ];
  for (const [misuse, use] of misuses) {
    test(`O1 ${misuse} throws in tests and is counted in production`, async () => {
      expect(() => use(setUp({ strict: true }).telemetry)).toThrow();
      const { telemetry } = setUp();
      use(telemetry);
      expect(await telemetry.metrics()).toContain('parley_telemetry_rejected_total 1\n');
    });
  }

  test('O1 a label that is no closed set after all is bounded', async () => {
    const { telemetry } = setUp();
    for (let i = 0; i < 10_000; i++) telemetry.count('parley_joins_total', { result: `room-${i}` });
    const scraped = await telemetry.metrics();
    expect(scraped.split('\n').filter((line) => line.startsWith('parley_joins_total{')).length).toBe(200);
    expect(scraped).toContain('parley_telemetry_rejected_total 9800\n');
  });

  test('Node itself is measured', async () => {
    const scraped = await setUp({ nodeMetrics: true }).telemetry.metrics();
    expect(scraped).toContain('process_cpu_seconds_total');
    expect(scraped).toContain('nodejs_eventloop_lag_seconds');
  });

  test('a log line is JSON with level, time, service and event; below the level nothing is written', () => {
    const { lines, telemetry } = setUp();
    telemetry.log('debug', 'not-written');
    telemetry.log('warn', 'store-late', { ms: 12 });
    expect(lines.length).toBe(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      service: 'gateway',
      event: 'store-late',
      ms: 12,
    });
    expect(JSON.parse(lines[0] ?? '')).toHaveProperty('time');
  });

  test('X10 fields that name a secret are redacted, in any spelling and depth; others are not', () => {
    const names = [
      'token',
      'roomToken',
      'room_token',
      'authorization',
      'Authorization',
      'password',
      'credential',
      'sdp',
      'localSdp',
      'candidate',
      'candidates',
      'key',
      'api-key',
      'signingKey',
      'secret',
      'cookie',
    ];
    for (const name of names) {
      expect(JSON.stringify(redactFields({ [name]: 'canary' })), name).not.toContain('canary');
      expect(JSON.stringify(redactFields({ deep: [{ [name]: { x: 'canary' } }] })), name).not.toContain(
        'canary',
      );
    }
    const harmless = { monkey: 'a', keyed: 'b', tokenExpired: true, event: 'token-expired', key: true };
    expect(redactFields(harmless)).toEqual(harmless);
    const { lines, telemetry } = setUp();
    telemetry.log('error', 'refused', { token: 'canary' });
    expect(lines.join('')).not.toContain('canary');
  });

  test('F17 a sink that throws harms nobody, and is counted', async () => {
    const logger = createLogger({
      level: 'info',
      service: 'x',
      destination: {
        write: () => {
          throw new Error('disk full');
        },
      },
    });
    logger.write('info', 'lost');
    expect(logger.dropped()).toBe(1);
    const telemetry = createTelemetry({
      definitions,
      logger,
      service: 'x',
      version: '0',
      node: 'n',
      nodeMetrics: false,
    });
    expect(await telemetry.metrics()).toContain('parley_log_dropped 1\n');
  });

  test('recording telemetry tells what was counted, set, observed and logged', () => {
    const telemetry = recordingTelemetry();
    telemetry.count('a', { x: '1', y: '2' });
    telemetry.count('a', { y: '2', x: '1' }, 2);
    telemetry.count('a', { x: '2', y: '2' });
    telemetry.gauge('g', 1);
    telemetry.gauge('g', 2);
    telemetry.observe('h', 0.5, { x: '1' });
    telemetry.log('info', 'e', { n: 1 });
    expect([telemetry.counted('a'), telemetry.counted('a', { x: '1' }), telemetry.counted('b')]).toEqual([
      4, 3, 0,
    ]);
    expect([telemetry.gauged('g'), telemetry.gauged('x')]).toEqual([2, undefined]);
    expect(telemetry.observed('h', { x: '1' })).toEqual([0.5]);
    expect(telemetry.events('e')).toEqual([{ level: 'info', event: 'e', fields: { n: 1 } }]);
    for (let i = 0; i < 20_000; i++) telemetry.log('info', 'flood');
    expect(telemetry.events().length).toBe(10_000);
  });

  test('null telemetry takes anything', () => {
    nullTelemetry.count('x');
    nullTelemetry.gauge('x', 1);
    nullTelemetry.observe('x', 1);
    expect(nullTelemetry.log('info', 'x')).toBeUndefined();
  });
});
