import { createHmac } from 'node:crypto';
import { startCoturn } from '@parley/testkit';
import type { Coturn } from '@parley/testkit';
import { startStandalone } from '../../support/standalone-process.js';
import type { StandaloneProcess } from '../../support/standalone-process.js';
import { openTurn } from './turn-client.js';
import type { Credential, TurnAnswer } from './turn-client.js';

/** A real coturn that knows these secrets; the test runner names the program that it found. */
export function startTurn(secrets: readonly string[], settings: readonly string[] = []): Promise<Coturn> {
  const program = process.env['PARLEY_TURNSERVER'];
  if (program === undefined) throw new Error('PARLEY_TURNSERVER is not set: run these tests by `npm test`');
  return startCoturn({ program, secrets, settings });
}

/** The app with credentials for that TURN server, signed by the first of the secrets. */
export function startApp(
  { url }: Coturn,
  secrets: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<StandaloneProcess> {
  return startStandalone({ TURN_URLS: url, TURN_SECRETS: secrets.join(), ...more });
}

/** What `/v1/ice-servers` mints for somebody. */
export async function minted({ url }: StandaloneProcess, identity = 'ann'): Promise<Credential> {
  const body = JSON.stringify({ room: 'turn', identity });
  const token = await fetch(`${url}/v1/dev-token`, { method: 'POST', body });
  const headers = { authorization: `Bearer ${((await token.json()) as { token: string }).token}` };
  const answer = await fetch(`${url}/v1/ice-servers`, { headers });
  const { iceServers } = (await answer.json()) as { iceServers: readonly Partial<Credential>[] };
  return credentialIn(iceServers);
}

/** The credential among ICE servers. */
export function credentialIn(iceServers: readonly Partial<Credential>[]): Credential {
  const found = iceServers.find(({ credential }) => credential !== undefined);
  if (found?.username === undefined || found.credential === undefined)
    throw new Error(`no credential among ${iceServers.length} ICE servers`);
  return { username: found.username, credential: found.credential };
}

/** A credential of the TURN REST scheme, made without the service. */
export function signedBy(secret: string, expiresInS: number): Credential {
  const username = `${Math.floor(Date.now() / 1_000) + expiresInS}:somebody`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** What the TURN server says to an allocation with this credential. */
export async function tryAllocation(turn: Coturn, credential: Credential): Promise<TurnAnswer> {
  const client = await openTurn(turn.port, credential);
  try {
    const answer = await client.allocate();
    if (answer.ok) await client.refresh(0);
    return answer;
  } catch (error) {
    throw new Error(`after this output of the TURN server:\n${turn.output().slice(-3_000)}`, {
      cause: error,
    });
  } finally {
    client.close();
  }
}
