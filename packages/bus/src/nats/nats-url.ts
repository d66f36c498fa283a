/** What a `nats://` or `tls://` URL says. */
export interface NatsUrl {
  /** `host:port`, one or more. */
  readonly servers: readonly string[];
  /** `tls://`: no link without TLS. With `nats://` the server decides, and its certificate is checked all the same. */
  readonly tls: boolean;
  readonly credentials: NatsCredentials;
  /** What stands behind the question mark. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** `user:password@` or `token@`, percent-decoded. */
export type NatsCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string };

const SCHEME = /^(nats|tls):\/\//i;
const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i;

/**
 * Reads `nats://[user:password@|token@]host[:port][,host[:port]…][/][?name=value…]`; each host may repeat scheme and
 * credentials, of which the first are taken for all. Throws a RangeError that says which part is wrong and never repeats
 * it: it may be a password. `known` are the parameters that may stand behind the question mark.
 */
export function parseNatsUrl(url: string, known: readonly string[] = []): NatsUrl {
  const question = url.indexOf('?');
  const place = question < 0 ? url : url.slice(0, question);
  const parameters = readParameters(question < 0 ? '' : url.slice(question + 1), known);
  const scheme = SCHEME.exec(place)?.[1]?.toLowerCase();
  if (scheme === undefined) throw new RangeError('NATS URL: it begins with neither nats:// nor tls://');
  const authorities = place
    .replace(/\/$/, '')
    .split(',')
    .map((part) => part.trim().replace(SCHEME, ''));
  const servers = authorities.map((part) => part.slice(part.lastIndexOf('@') + 1));
  if (!servers.every((server) => HOST.test(server))) {
    throw new RangeError('NATS URL: a server is no host or host:port');
  }
  const first = authorities.find((part) => part.includes('@'));
  const credentials = readCredentials(first?.slice(0, first.lastIndexOf('@')));
  return { servers, tls: scheme === 'tls', credentials, parameters };
}

function readCredentials(text: string | undefined): NatsCredentials {
  if (text === undefined || text === '') return { kind: 'none' };
  const colon = text.indexOf(':');
  if (colon < 0) return { kind: 'token', token: decode(text) };
  return { kind: 'password', user: decode(text.slice(0, colon)), password: decode(text.slice(colon + 1)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RangeError('NATS URL: its user, password or token is not percent-encoded');
  }
}

function readParameters(query: string, known: readonly string[]): ReadonlyMap<string, string> {
  const parameters = new Map(new URLSearchParams(query));
  for (const name of parameters.keys()) {
    if (!known.includes(name)) {
      throw new RangeError(`NATS URL: unknown parameter; known here: ${known.join(', ') || 'none'}`);
    }
  }
  return parameters;
}
