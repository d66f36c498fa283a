import { ANSWERS } from './answers.js';
import type { WireAnswer } from './answers.js';
import type { RequestHead } from './port.js';

/**
 * Whether a request is a proper version-13 WebSocket upgrade that asks for a subprotocol we have (U5).
 * 426 for what is not an upgrade or another version, 400 for a malformed one. `subprotocol` is '' when none is spoken.
 */
export function checkUpgrade(
  head: RequestHead,
  subprotocols: readonly string[],
): { readonly subprotocol: string } | { readonly refuse: WireAnswer } {
  const header = (name: string): string => head.headers.get(name) ?? '';
  if (!tokens(header('upgrade')).includes('websocket')) return { refuse: ANSWERS.upgradeRequired };
  if (head.method !== 'GET') return { refuse: ANSWERS.badUpgrade('A WebSocket upgrade is a GET') };
  if (!tokens(header('connection')).includes('upgrade')) {
    return { refuse: ANSWERS.badUpgrade('The Connection header must name upgrade') };
  }
  if (header('sec-websocket-version') !== '13') return { refuse: ANSWERS.upgradeRequired };
  if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(header('sec-websocket-key'))) {
    return { refuse: ANSWERS.badUpgrade('Sec-WebSocket-Key must be 16 bytes in base64') };
  }
  const offered = header('sec-websocket-protocol');
  const subprotocol = chooseSubprotocol(subprotocols, offered === '' ? [] : offered.split(','));
  if (subprotocol === undefined) return { refuse: ANSWERS.noSubprotocol(subprotocols) };
  return { subprotocol };
}

/** The first of `offered` that we speak; '' when we name none; undefined when there is no common one. */
export function chooseSubprotocol(known: readonly string[], offered: Iterable<string>): string | undefined {
  if (known.length === 0) return '';
  for (const name of offered) if (known.includes(name.trim())) return name.trim();
  return undefined;
}

const tokens = (value: string): string[] => value.split(',').map((token) => token.trim().toLowerCase());
