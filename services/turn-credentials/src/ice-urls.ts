const HOST = String.raw`(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9A-Fa-f:.]{2,45}\])`;
const PORT = String.raw`(?::\d{1,5})?`;
const STUN = new RegExp(`^stuns?:${HOST}${PORT}$`);
const TURN = new RegExp(String.raw`^turns?:${HOST}${PORT}(?:\?transport=(?:udp|tcp))?$`);

/** A STUN URL of RFC 7064: `stun:host[:port]` or `stuns:…`, without query. */
export function isStunUrl(text: string): boolean {
  return STUN.test(text) && hasPort(text);
}

/** A TURN URL of RFC 7065: `turn:host[:port][?transport=udp|tcp]` or `turns:…`. */
export function isTurnUrl(text: string): boolean {
  return TURN.test(text) && hasPort(text);
}

function hasPort(text: string): boolean {
  const port = /:(\d+)(?:\?|$)/.exec(text)?.[1];
  return port === undefined || (Number(port) > 0 && Number(port) <= 65_535);
}
