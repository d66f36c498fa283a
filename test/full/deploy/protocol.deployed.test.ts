import { createHmac } from 'node:crypto';
import { describe, test, vi } from 'vitest';

import { SCENARIOS } from '../../protocol/cases/index.js';
import { isRunnable } from '../../protocol/support/scenario.js';
import type { Need, Target } from '../../protocol/support/target.js';

const LONGEST_MS = 50_000;
// Each connection is a process of kubectl.
vi.setConfig({ maxConcurrency: 4 });

const { PARLEY_DEPLOYED = '', PARLEY_DEPLOYED_MODE, PARLEY_DEPLOYED_KEYS = '[]' } = process.env;
const { PARLEY_DEPLOYED_ORIGIN: origin, PARLEY_DEPLOYED_CREDENTIALS: credentials = '' } = process.env;
const keys = JSON.parse(PARLEY_DEPLOYED_KEYS) as { kid: string; secret: string }[];

const OFFERS: Record<string, readonly Need[]> = {
  open: ['open', 'token', 'plain'],
  jwt: ['jwt', 'token', 'claims', 'no-plain'],
};

const target: Target = {
  url: PARLEY_DEPLOYED,
  offers: new Set(OFFERS[PARLEY_DEPLOYED_MODE ?? 'open']),
  secrets: new Set(),
  ...(PARLEY_DEPLOYED_MODE === 'jwt' && { headers: { origin: origin ?? '' } }),
  token: PARLEY_DEPLOYED_MODE === 'jwt' ? signed : given,
};

/** ICE servers over HTTP are answered by a service of their own. */
function targetOf(rules: readonly string[]): Target {
  return rules.includes('HTTP-1') ? { ...target, url: credentials } : target;
}

async function given(
  room = 'lobby',
  identity: string,
  { grants }: { grants?: object } = {},
): Promise<string> {
  const body = JSON.stringify({ room, identity, grants });
  const answer = await fetch(`${PARLEY_DEPLOYED}/v1/dev-token`, { method: 'POST', body });
  return ((await answer.json()) as { token: string }).token;
}

async function signed(
  room: string | undefined,
  identity: string,
  { grants, claims, app = 'default' }: { grants?: object; claims?: object; app?: string } = {},
): Promise<string> {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const parley = { room, roomJoin: true, ...grants };
  const text = `${part({ alg: 'HS256', kid: app })}.${part({ sub: identity, exp, parley, ...claims })}`;
  const secret = keys.find(({ kid }) => kid === app)?.secret ?? '';
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

describe.concurrent(`K10 the protocol, spoken to ${PARLEY_DEPLOYED}`, () => {
  for (const scenario of SCENARIOS.filter((one) => isRunnable(one, target)))
    test(scenario.title, () => scenario.run(targetOf(scenario.rules)), LONGEST_MS);
});
