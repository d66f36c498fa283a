import { expect, test } from 'vitest';
import { serversOf } from '../src/diagnosis/ice-urls.js';
import { reportOf } from '../src/diagnosis/report.js';
import { summaryOf } from '../src/diagnosis/summary-of.js';
import { CHECKS } from '../src/diagnosis/check.js';
import type { Outcome } from '../src/diagnosis/check.js';

const SERVERS = [
  { urls: 'stun:s.example:3478' },
  {
    urls: ['turn:t.example', 'turn:t.example:3478?transport=tcp', 'turns:t.example:443?transport=tcp'],
    username: 'u',
    credential: 'c',
  },
];

test.each([
  ['stun', ['stun:s.example:3478']],
  ['turn.udp', ['turn:t.example']],
  ['turn.tcp', ['turn:t.example:3478?transport=tcp']],
  ['turn.tls', ['turns:t.example:443?transport=tcp']],
] as const)('%s is tried by its own addresses only, with their credentials', (way, urls) => {
  const found = serversOf(SERVERS, way);
  expect(found.flatMap((server) => server.urls)).toEqual(urls);
  if (way !== 'stun') expect(found[0]).toMatchObject({ username: 'u', credential: 'c' });
});

test('a report says what was tried, in order and in English, with the values', () => {
  const outcomes = new Map([
    ['turn.udp', { result: 'failed', text: 'check.turn.failed', values: { reason: 'error 401' } }],
    ['browser', { result: 'ok', text: 'check.browser.ok' }],
  ] as const);
  const report = reportOf(outcomes, { userAgent: 'Any/1', origin: 'https://call.example', at: '2026-01-01' });
  expect(report.split('\n')).toEqual([
    'Parley diagnosis, 2026-01-01',
    'https://call.example',
    'Any/1',
    '',
    '[ok] Browser: It can hold calls.',
    '[failed] Relay (TURN) over UDP: The relay gave no place (error 401).',
    '',
  ]);
});

test.each([
  [{}, false, 'ok'],
  [{ stun: 'warning' }, false, 'warning'],
  [{ stun: 'warning', websocket: 'failed' }, false, 'failed'],
  [{ 'turn.tls': 'skipped' }, false, 'warning'],
  [{}, true, 'running'],
] as const)('what comes of %j (still running: %j) is %s', (results, running, summary) => {
  const all: Readonly<Record<string, Outcome['result']>> = results;
  const outcomes = new Map(
    CHECKS.map((name) => [name, { result: all[name] ?? 'ok', text: 'check.browser.ok' }] as const),
  );
  expect(summaryOf(outcomes, running)).toBe(summary);
  expect(summaryOf(new Map(), false)).toBe('running');
});
