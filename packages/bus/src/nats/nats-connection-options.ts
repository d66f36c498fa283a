import type { NodeConnectionOptions } from '@nats-io/transport-node';

import type { NatsUrl } from './nats-url.js';

/**
 * Everything that the client library is told, spelled out: it reconnects for ever, waiting 50 to 500 ms between attempts
 * of 2 s, also before the first success and also when refused (credentials may be rotated on the server first); pings
 * each 2 s and gives a link up when two are unanswered; resends nothing.
 */
export function natsConnectionOptions(
  url: NatsUrl,
  { name, prefix }: { readonly name: string; readonly prefix: string },
): NodeConnectionOptions {
  const { credentials } = url;
  return {
    servers: [...url.servers],
    name,
    ...(credentials.kind === 'token' && { token: credentials.token }),
    ...(credentials.kind === 'password' && { user: credentials.user, pass: credentials.password }),
    ...(url.tls && { tls: {} }),
    inboxPrefix: `${prefix}.inbox`,
    reconnect: true,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 50,
    reconnectJitter: 450,
    reconnectJitterTLS: 450,
    timeout: 2_000,
    pingInterval: 2_000,
    maxPingOut: 2,
    noEcho: false,
    noAsyncTraces: true,
  };
}
