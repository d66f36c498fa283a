import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { decodeTextFrame, DEFAULT_LIMITS, encodeTextFrame } from '@parley/protocol';
import { afterEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createSignalingClient } from '../../src/index.js';

let server: WebSocketServer | undefined;
afterEach(() => server?.close());

/** Answers hello, join and leave, over real sockets. */
async function listen(): Promise<string> {
  server = new WebSocketServer({ port: 0, handleProtocols: (offered) => [...offered][0] ?? false });
  server.on('connection', (socket) => {
    const tell = (header: object, payload?: string): void => socket.send(encodeTextFrame(header, payload));
    socket.on('message', (data: Buffer) => {
      const { type, id, room } = decodeTextFrame(data.toString()).header as Record<string, unknown>;
      if (type === 'hello')
        return tell({ type: 'welcome', id, gateway: 'g_1', features: [], limits: DEFAULT_LIMITS });
      if (type === 'leave') return tell({ type: 'reply', id, result: { at: [1, 2] } });
      tell({ type: 'reply', id, result: { you: 'p_1', resumed: false, at: [1, 1], iceServers: [] } });
      const entry = {
        id: 'p_1',
        name: '',
        kind: 'standard',
        status: 'online',
        caps: ['link1'],
        attributes: {},
      };
      const payload = { room: { name: room, locked: false, size: 2 }, participants: [entry] };
      tell({ type: 'snapshot', part: 1, parts: 1, at: [1, 1], recovered: false }, JSON.stringify(payload));
    });
  });
  await once(server, 'listening');
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v1/connect`;
}

test('[CONN-1] over a real WebSocket, with the clock, the randomness and the lack of a page of Node', async () => {
  const client = createSignalingClient({ urls: await listen(), room: 'standup', WebSocket });
  const roster = new Promise((resolve) => client.on('roster', resolve));
  await expect(client.join()).resolves.toBe('p_1');
  await roster;
  expect(client.roster!.room.name).toBe('standup');
  expect([...server!.clients].map(({ protocol }) => protocol)).toEqual(['parley.v1']);
  const closed = once([...server!.clients][0]!, 'close');
  await client.leave();
  expect(client.state).toEqual({ name: 'ended', reason: 'left' });
  expect((await closed)[0]).toBe(1000);
});
