import assert from 'node:assert/strict';
import { fence, greet, join, newRoom, ofType, open, request, sendJoin } from '../support/native.js';
import { scenario } from '../support/scenario.js';
import type { Scenario } from '../support/scenario.js';
import { tokenOf } from '../support/target.js';

const SDP = 'v=0\r\no=canary-sdp 1 1 IN IP4 203.0.113.77\r\na=ice-pwd:canary-ice-password\r\n';
const CANDIDATE = 'candidate:1 1 udp 2113937151 203.0.113.77 50077 typ host';
const CANARIES = [
  'canary-sdp',
  'canary-ice-password',
  '203.0.113.77',
  'canary-payload',
  'canary-key-canary-key-1',
];

/** Says secrets wherever a client can, well and badly formed: whoever runs it looks for them in logs and metrics. */
export const canary: readonly Scenario[] = [
  scenario('X1 X10 secrets in every place do not come back in errors', async (target) => {
    for (const secret of CANARIES) target.secrets.add(secret);
    const room = newRoom();
    const [ann, bo] = [await join(target, room), await join(target, room)];
    for (const payload of [
      JSON.stringify({ type: 'offer', sdp: SDP }),
      JSON.stringify({ candidate: CANDIDATE }),
    ]) {
      ann.frame({ type: 'signal', to: bo.you, kind: 'offer', x: { canary: 'canary-payload' } }, payload);
      await bo.take(ofType('signal'));
      ann.frame({ type: 'signal', to: 'p_nobody', link: [1, 1, 0] }, payload);
      await ann.take(ofType('nack'));
      ann.frame({ type: 'signal', to: bo.you, link: 'canary-payload' }, payload);
      ann.send(payload);
      ann.send(payload.replace('{', ''));
    }
    const key = 'canary-key-canary-key-1';
    for (const header of [
      { type: 'join', room, key, n: -1 },
      { type: 'join', room, key: `${key} `, n: 1 },
      { type: key, key },
      { type: 'refresh', token: key },
    ]) {
      await request(ann, header, 'canary-payload');
    }
    await fence(ann);
    const told = ann.waiting.map(({ raw }) => raw).join('\n');
    for (const secret of CANARIES) assert(!told.includes(secret), `${secret} came back in: ${told}`);
    const other = await greet(target, room);
    await sendJoin(other, room, { key, n: 1 });
    ann.terminate();
    bo.close();
  }),

  scenario(
    'X1 X10 tokens in every place do not come back in errors',
    async (target) => {
      const room = newRoom();
      const token = await tokenOf(target, room, 'ann');
      const broken = `${token.slice(0, -4)}AAAA`;
      target.secrets.add(broken);
      const client = await open(target, `?token=${broken}`);
      client.frame({ type: 'hello', id: 1, token: broken });
      const { raw } = await client.next();
      assert(!raw.includes(broken) && !raw.includes(broken.split('.')[1] ?? ''), raw);
      for (const query of ['', `?token=${token}`, `?access_token=${broken}`]) {
        const headers = { ...target.headers, authorization: `Bearer ${broken}` };
        const answer = await fetch(`${target.url}/v1/ice-servers${query}`, { headers });
        assert(!(await answer.text()).includes(broken));
        await fetch(`${target.url}/no-such-path${query}`, { headers });
      }
    },
    ['token'],
  ),
];
