import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { joinRaw, openRaw, randomKey } from '../support/raw-client.js';
import type { Frame, RawClient } from '../support/raw-client.js';
import { startStandalone } from '../support/standalone-process.js';
import type { StandaloneProcess } from '../support/standalone-process.js';

/** The exchange that docs/PROTOCOL.md prints, line by line. */
const EXCHANGE = /WebSocket `\/v1\/connect`[^]*?```\n([^]*?)```/
  .exec(readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8'))![1]!
  .trimEnd()
  .split('\n')
  .map((line) => ({
    from: line[0],
    text: line
      .slice(2)
      .replace(/\s{2,}.*$/, '')
      .replace('⏎', '\n'),
  }));

let server: StandaloneProcess;
beforeAll(async () => {
  server = await startStandalone({ RESUME_WINDOW_S: '1' });
});
afterAll(async () => {
  await server?.stop();
});

interface Scene {
  readonly ann: RawClient;
  readonly bo: RawClient & { readonly you: string };
  readonly key: string;
}

/** What the page prints as the client's, with this run's ids in it. */
function spoken(text: string, { bo, key }: Scene): string {
  return text.replace(',"token":"<jwt>"', '').replace('<128 random bits>', key).replaceAll('p_B', bo.you);
}

/** The same shape for what came and what the page prints: ids, positions, keys, gateways and waits set aside. */
function shape(text: string): string {
  return text
    .replace(/"(you|id|from|to|participant)":"p_[\w…-]+"/g, '"$1":"p_"')
    .replace(/"gateway":"g_[\w…-]+"/g, '"gateway":"g_"')
    .replace(/"(at|prev)":\[\d+,\d+\]/g, '"$1":[]')
    .replace(/"resumeMs":\d+/g, '"resumeMs":0')
    .replace(/"retryAfterMs":\d+/g, '"retryAfterMs":0');
}

/** Frames that the page leaves out: its own joining, Bo's going away, and the message itself. */
function leftOut({ header, payload }: Frame): boolean {
  return header['type'] === 'batch' && !payload?.includes('"left"');
}

/** What has to happen, that the page does not print, before the server's next line can come. */
async function prompt(line: string, { ann, bo }: Scene): Promise<void> {
  if (line.includes('"kind":"answer"')) {
    const offer = await bo.nextOf('signal');
    bo.frame(
      { type: 'signal', to: offer.header['from'], kind: 'answer', link: [1, 1, 1] },
      '{"type":"answer","sdp":"v=0…"}',
    );
  } else if (line.includes('"nack"')) {
    bo.terminate();
    await ann.nextOf('batch');
    ann.frame({ type: 'signal', to: bo.you, link: [1, 2, 1] }, '{"candidate":""}');
  } else if (line.includes('"goodbye"')) void server.stop();
}

test('the exchange printed in docs/PROTOCOL.md is what a real server says, byte for byte but for ids, positions and waits', async () => {
  const bo = await joinRaw(server.url, 'standup', { name: 'Bo' });
  const ann = await openRaw(`${server.url.replace('http', 'ws')}/v1/connect`);
  const scene: Scene = { ann, bo, key: randomKey() };
  for (const { from, text } of EXCHANGE) {
    if (from === '>') {
      ann.send(spoken(text, scene));
      continue;
    }
    await prompt(text, scene);
    let frame = await ann.next();
    while (leftOut(frame)) frame = await ann.next();
    const [expected, got] = [shape(text), shape(frame.raw)];
    // The page shows one participant of the snapshot and an ellipsis for the rest.
    if (expected.includes('…]')) expect(got).toContain(expected.slice(0, expected.indexOf(', …]')));
    else expect(got).toBe(expected);
  }
  expect(await ann.closed).toBe(4200);
});
