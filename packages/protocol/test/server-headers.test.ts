import { describe, expect, test } from 'vitest';

import { CLOSE_CODES, DEFAULT_LIMITS, ERRORS, errorBody } from '@parley/protocol';
import type { CloseReason, ErrorCode, ServerHeader } from '@parley/protocol';
import { changesSchema, serverHeaderSchema, snapshotPartSchema } from '@parley/protocol/schemas';

const iceServers = [
  { urls: 'stun:example.org' },
  { urls: ['turn:a', 'turns:b'], username: 'u', credential: 'c' },
];
const good: ServerHeader[] = [
  { type: 'welcome', id: 1, gateway: 'g_1', features: [], limits: DEFAULT_LIMITS },
  { type: 'reply', id: 2, result: { you: 'p_A', resumed: false, at: [1, 2], iceServers } },
  { type: 'reply', id: 2, result: { at: [1, 2] } },
  { type: 'reply', id: 2, result: {} },
  { type: 'snapshot', part: 1, parts: 2, at: [1, 2], recovered: false },
  { type: 'batch', at: [1, 2], prev: [1, 1] },
  { type: 'signal', from: 'p_A', kind: 'offer', link: [1, 1, 0], x: { a: [1] } },
  { type: 'signal', from: 'p_A' },
  { type: 'nack', to: 'p_A', link: [1, 2, 1], reason: 'wait', retryAfterMs: 100 },
  { type: 'nack', to: 'p_A', reason: 'gone' },
  { type: 'ice-servers', iceServers, ttl: 600 },
  { type: 'degraded', degraded: true },
  { type: 'pong' },
  { type: 'pong', id: 3 },
  ...(Object.keys(ERRORS) as ErrorCode[]).flatMap((code): ServerHeader[] => [
    { type: 'reply', id: 2, error: errorBody(code, undefined, 1200) },
    { type: 'error', code, message: ERRORS[code].meaning },
  ]),
  ...(Object.keys(CLOSE_CODES) as CloseReason[]).map((reason): ServerHeader => ({
    type: 'goodbye',
    code: CLOSE_CODES[reason].code,
    reason,
    action: 'resume',
  })),
];

describe('headers of servers', () => {
  test.each(good.map((header) => [JSON.stringify(header), header]))('%s', (_name, header) => {
    expect(serverHeaderSchema.parse(header)).toEqual(header);
    expect(serverHeaderSchema.parse({ ...header, later: 1 })).toEqual(header);
  });

  test.each([
    { type: 'nack', to: 'p_A', reason: 'tired' },
    { type: 'reply', id: 2 },
    { type: 'reply', result: {} },
    { type: 'reply', id: 2, error: { code: 'nonsense', message: '', retry: 'no' } },
    { type: 'goodbye', code: 1000, reason: 'x', action: 'stop' },
    { type: 'batch', at: [1, 2] },
    { type: 'snapshot', part: 0, parts: 0, at: [1, 2], recovered: false },
    { type: 'hello', id: 1 },
  ])('%j is none', (header) => {
    expect(serverHeaderSchema.safeParse(header).success).toBe(false);
  });
});

describe('payloads of servers', () => {
  const entry = {
    id: 'p_B',
    name: 'Bo',
    kind: 'standard',
    status: 'online',
    caps: ['link1'],
    attributes: {},
  };

  test('a part of a snapshot', () => {
    const part = { room: { name: 'standup', locked: false, size: 64 }, participants: [entry] };
    expect(snapshotPartSchema.parse(part)).toEqual(part);
    expect(
      snapshotPartSchema.safeParse({ ...part, participants: [{ ...entry, kind: 'ghost' }] }).success,
    ).toBe(false);
  });

  test('[BATCH-3] changes of every kind, and of a kind that is not known yet', () => {
    const changes = [
      { what: 'joined', participant: entry },
      { what: 'joined', participant: entry, replaces: 'p_A' },
      { what: 'left', participant: 'p_B', reason: 'expired' },
      { what: 'status', participant: 'p_B', status: 'away' },
      { what: 'updated', participant: 'p_B', name: 'B', attributes: { a: '1' } },
      { what: 'room', locked: true, size: 3 },
      { what: 'message', from: 'p_B', data: '{"text":"hi"}' },
      { what: 'hologram', participant: 7 },
    ];
    expect(changesSchema.parse(changes)).toEqual(changes);
  });

  test.each([
    [[{ what: 'left', participant: 'p_B', reason: 'bored' }]],
    [[{ what: 'status', participant: 'p_B', status: 'asleep' }]],
    [[{ what: 'joined', participant: 'p_B' }]],
    [[{ participant: 'p_B' }]],
    [{ what: 'left' }],
  ])('%j is none', (changes) => {
    expect(changesSchema.safeParse(changes).success).toBe(false);
  });
});
