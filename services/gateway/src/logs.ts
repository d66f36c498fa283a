import { logWriter } from '@parley/kit';
import type { LogLines } from '@parley/kit';

/** Log lines of a gateway. `connection` is the gateway's id and a number of its own, and joins what one connection did. */
export const GATEWAY_LOGS = {
  'gateway-started': {
    level: 'info',
    means: 'It listens; `gateway` is what `welcome` tells clients.',
    fields: ['gateway', 'driver', 'port'],
  },
  'gateway-degraded': {
    level: 'warn',
    means:
      'The bus has been silent for 5 s: so many connections are told to look for another gateway, paced.',
    fields: ['connections'],
  },
  'gateway-recovered': {
    level: 'info',
    means: 'The bus is heard again, and nobody is told any more.',
    fields: [],
  },
  'connection-opened': {
    level: 'info',
    means: 'A WebSocket was accepted; `hinted`: it says that it resumes.',
    fields: ['connection', 'dialect', 'hinted'],
  },
  'connection-hello': {
    level: 'info',
    means: 'Its `hello` was judged: `ok`, or an error code.',
    fields: ['connection', 'app', 'result'],
  },
  'connection-joined': {
    level: 'info',
    means: 'It is a participant’s now; `resumed`: of one that was there before.',
    fields: ['connection', 'app', 'room', 'participant', 'n', 'resumed'],
  },
  'connection-refused': {
    level: 'info',
    means: 'Its join was refused with this error code.',
    fields: ['connection', 'app', 'room', 'error'],
  },
  'connection-moved': {
    level: 'info',
    means: 'It was told to go on elsewhere, and will be closed later.',
    fields: ['connection', 'reason', 'retryAfterMs'],
  },
  'connection-closed': {
    level: 'info',
    means:
      'It is over. `reason`: ours, as PROTOCOL.md has them, else `client` (which closed it) or `lost`; `received`, `sent`: frames; the participant that it had last.',
    fields: ['connection', 'code', 'reason', 'ms', 'received', 'sent', 'app', 'room', 'participant'],
  },
  'frame-rejected': {
    level: 'debug',
    means: 'A frame was not acted upon, for this error code.',
    fields: ['connection', 'code'],
  },
  'signal-nacked': {
    level: 'debug',
    means: 'A signal could not be delivered and its sender was told; `path`: whether it had crossed the bus.',
    fields: ['app', 'room', 'from', 'to', 'reason', 'path'],
  },
  'signal-dropped': {
    level: 'debug',
    means: 'A signal went nowhere and nobody was told.',
    fields: ['app', 'room', 'from', 'to', 'reason', 'path'],
  },
  'connection-fault': {
    level: 'error',
    means: 'A connection met a fault of ours and was closed; `reason` is the name of the exception. A bug.',
    fields: ['connection', 'reason'],
  },
  'socket-fault': {
    level: 'error',
    means: 'A callback of a socket or a route threw. A bug.',
    fields: ['where', 'reason'],
  },
  'session-threw': {
    level: 'error',
    means: 'What a session was told threw; the other sessions of the room are told all the same. A bug.',
    fields: ['reason'],
  },
} as const satisfies LogLines;

/** Writes a line of `GATEWAY_LOGS`. */
export const log = logWriter(GATEWAY_LOGS);
