import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createAdminServer,
  createLogger,
  logLevelRoute,
  logReadiness,
  logWriter,
  recordingTelemetry,
  redactFields,
  redactText,
} from '../src/index.js';
import { createVirtualClock } from './virtual-clock.js';

const part = fc.stringMatching(/^[A-Za-z0-9_-]{8,40}$/);
/** Secrets as they come, each with what must not be seen of it. */
const secrets = fc.oneof(
  fc.tuple(part, part, part).map(([head, body, mac]) => [`eyJ${head}.${body}.${mac}`, body]),
  part.map((token) => [`Bearer ${token}`, token]),
  part.map((pwd) => [`v=0\r\no=- 1 1 IN IP4 203.0.113.9\r\na=ice-pwd:${pwd}\r\n`, pwd]),
  part.map((pwd) => [`a=ice-pwd:${pwd}`, pwd]),
  fc.ipV4().map((ip) => [`candidate:1 1 udp 2113937151 ${ip} 50077 typ host`, ip]),
  fc.ipV6().map((ip) => [`a=candidate:842163049 1 tcp 1677729535 ${ip} 9 typ srflx`, ip]),
  fc.tuple(part, part).map(([user, password]) => [`redis://${user}:${password}@host:6379`, password]),
);
const harmless = fc.stringMatching(/^[ a-z]{0,20}$/);

describe('X10 redaction', () => {
  test('whatever stands around a secret, in whichever field and depth, it is not shown', () => {
    const field = fc.constantFrom('reason', 'message', 'room', 'stack');
    fc.assert(
      fc.property(secrets, harmless, harmless, field, ([secret = '', bare = ''], before, after, name) => {
        const text = `${before} ${secret} ${after}`;
        for (const fields of [
          { [name]: text },
          { deep: { [name]: [text] } },
          { [name]: new Error(text) },
          { [name]: JSON.stringify({ sdp: text }) },
        ]) {
          expect(JSON.stringify(redactFields(fields))).not.toContain(bare);
        }
      }),
    );
  });

  test('text without the shape of a secret stays as it is', () => {
    const ids = fc.stringMatching(/^[a-z]{1,4}_[A-Za-z0-9_-]{22}$/).filter((id) => !id.includes('eyJ'));
    fc.assert(fc.property(ids, (id) => void expect(redactText(id)).toBe(id)));
    for (const text of [
      'connect ECONNREFUSED 10.0.0.7:6379',
      'the store: it does not answer',
      'redis://cache:6379',
      'joined left bound',
      'eyJ',
    ]) {
      expect(redactText(text)).toBe(text);
    }
  });
});

test('a line is written at the level that its table gives', () => {
  const telemetry = recordingTelemetry();
  const log = logWriter({ 'it-rains': { level: 'warn', means: 'It rains.', fields: ['mm'] } });
  log(telemetry, 'it-rains', { mm: 3 });
  expect(telemetry.events()).toEqual([{ level: 'warn', event: 'it-rains', fields: { mm: 3 } }]);
});

test('each change between ready, degraded and unready is one line', async () => {
  const clock = createVirtualClock();
  const telemetry = recordingTelemetry();
  let now = { ready: false, reasons: ['not-started'] };
  const watch = logReadiness({ clock, telemetry, ready: () => now });
  await watch.start();
  const step = async (ready: boolean, ...reasons: string[]): Promise<void> => {
    now = { ready, reasons };
    await clock.run(1_000);
  };
  await clock.run(1_000);
  await step(true);
  await step(true, 'bus-unheard', 'store-unheard');
  await step(false, 'bus-unheard');
  await step(true);
  await watch.stop();
  await step(false);
  expect(telemetry.events().map(({ event, fields }) => [event, fields['reasons']])).toEqual([
    ['service-ready', undefined],
    ['service-degraded', 'bus-unheard store-unheard'],
    ['service-unready', 'bus-unheard'],
    ['service-ready', undefined],
  ]);
});

describe('the log level on the admin port', () => {
  const TOKEN = 'canary-admin-token';
  const bearer = { authorization: `Bearer ${TOKEN}` };

  async function setUp() {
    const clock = createVirtualClock();
    const lines: string[] = [];
    const logger = createLogger({
      level: 'info',
      service: 'x',
      node: 'g_1',
      destination: { write: (line) => void lines.push(line) },
    });
    const telemetry = {
      log: (...[level, event, fields]: Parameters<typeof logger.write>) => logger.write(level, event, fields),
    };
    const server = createAdminServer({
      ...{ host: '127.0.0.1', port: 0, clock, token: TOKEN },
      ready: () => ({ ready: true, reasons: [] }),
      metrics: async () => '',
      routes: logLevelRoute({ logger, clock, telemetry }),
    });
    await server.start();
    const ask = async (method: string, body?: string, headers: Record<string, string> = bearer) => {
      const url = `http://127.0.0.1:${server.port()}/log-level`;
      const answer = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
      return [answer.status, await answer.json()] as const;
    };
    return { clock, lines, logger, server, ask };
  }

  test('it changes at once, for a while, and each change is told', async () => {
    const { clock, lines, logger, server, ask } = await setUp();
    expect(await ask('GET')).toEqual([200, { level: 'info' }]);
    const wish = { level: 'debug', forS: 600 };
    expect(await ask('PUT', JSON.stringify(wish))).toEqual([200, wish]);
    logger.write('debug', 'seen');
    await clock.run(599_000);
    expect(await ask('GET')).toEqual([200, { level: 'debug' }]);
    await clock.run(2_000);
    expect(logger.level()).toBe('info');
    await ask('PUT', '{"level":"error"}');
    await clock.run(1_000_000);
    expect(logger.level()).toBe('error');
    await ask('PUT', '{"level":"warn","forS":1}');
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(told.map(({ event, from, to }) => [event, from, to])).toEqual([
      ['log-level-changed', 'info', 'debug'],
      ['seen', undefined, undefined],
      ['log-level-changed', 'debug', 'info'],
      ['log-level-changed', 'info', 'error'],
      ['log-level-changed', 'error', 'warn'],
    ]);
    expect(told[0]).toMatchObject({ service: 'x', node: 'g_1', level: 'warn', forS: 600 });
    await server.stop();
  });

  test('a later wish takes the place of an earlier one and of its end', async () => {
    const { clock, logger, server, ask } = await setUp();
    await ask('PUT', '{"level":"debug","forS":10}');
    await ask('PUT', '{"level":"warn"}');
    await clock.run(60_000);
    expect(logger.level()).toBe('warn');
    await server.stop();
  });

  test('only who has the token may, and where there is no token nobody can', async () => {
    const { server, ask, logger } = await setUp();
    const wish = '{"level":"debug"}';
    expect((await ask('PUT', wish, {}))[0]).toBe(401);
    expect((await ask('PUT', wish, { authorization: `Bearer ${TOKEN}x` }))[0]).toBe(401);
    expect((await ask('GET', undefined, {}))[0]).toBe(401);
    expect((await ask('DELETE'))[0]).toBe(405);
    for (const bad of [
      '',
      'debug',
      '{"level":"loud"}',
      '{"level":"debug","forS":0}',
      '{"level":"debug","x":1}',
    ])
      expect((await ask('PUT', bad))[0], bad).toBe(400);
    expect((await ask('PUT', `"${'x'.repeat(2_000)}"`))[0]).toBe(413);
    expect(logger.level()).toBe('info');
    await server.stop();
    const closed = createAdminServer({
      ...{ host: '127.0.0.1', port: 0, clock: createVirtualClock() },
      ready: () => ({ ready: true, reasons: [] }),
      metrics: async () => '',
      routes: logLevelRoute({ logger, clock: createVirtualClock(), telemetry: recordingTelemetry() }),
    });
    await closed.start();
    const url = `http://127.0.0.1:${closed.port()}/log-level`;
    expect((await fetch(url, { headers: bearer })).status).toBe(404);
    await closed.stop();
  });
});
