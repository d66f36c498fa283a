/** Which Redis a URL names. */
export interface RedisTarget {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  readonly tls: boolean;
  /** The server is a node of a Redis Cluster. */
  readonly cluster: boolean;
}

const PLACEHOLDER = 'redis[s]://[user:password@]host[:port][/db][?cluster=1]';

/**
 * Reads `redis://` and `rediss://` URLs. Throws a RangeError that does not repeat the URL, which may hold a password, and
 * carries no cause, whose properties would.
 */
export function parseRedisTarget(url: string): RedisTarget {
  const parsed = URL.canParse(url) ? new URL(url) : refuse('it is not a URL');
  const { protocol, hostname, port, pathname, searchParams } = parsed;
  if (protocol !== 'redis:' && protocol !== 'rediss:') refuse('its scheme is another');
  if (hostname === '') refuse('it names no host');
  const db = pathname.replace(/^\//, '');
  if (!/^\d{0,4}$/.test(db)) refuse('its path is not the number of a database');
  for (const name of searchParams.keys()) {
    if (name !== 'cluster') refuse('its query holds more than `cluster`');
  }
  const cluster = searchParams.get('cluster') ?? '0';
  if (cluster !== '0' && cluster !== '1') refuse('`cluster` is neither 0 nor 1');
  if (cluster === '1' && Number(db) !== 0) refuse('a Redis Cluster has no databases');
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 6379 : Number(port),
    username: decode(parsed.username),
    password: decode(parsed.password),
    db: Number(db),
    tls: protocol === 'rediss:',
    cluster: cluster === '1',
  };
}

function decode(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return refuse('its user or password is not percent-encoded');
  }
}

function refuse(reason: string): never {
  throw new RangeError(`not a Redis URL (${PLACEHOLDER}): ${reason}`);
}
