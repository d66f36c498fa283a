import { logWriter } from './log-lines.js';
import type { LogLines } from './log-lines.js';

/** Log lines that every process has. */
export const KIT_LOGS = {
  'service-starting': {
    level: 'info',
    means: 'The configuration is in order; everything is about to be started.',
    fields: ['version', 'runtime'],
  },
  'service-started': { level: 'info', means: 'Everything has been started.', fields: ['ms'] },
  'service-ready': { level: 'info', means: '`/readyz` has turned 200.', fields: [] },
  'service-degraded': {
    level: 'warn',
    means: 'It is still ready, but lacks something outside; `reasons` as in `/readyz`.',
    fields: ['reasons'],
  },
  'service-unready': {
    level: 'warn',
    means: '`/readyz` has turned 503; `reasons` as told there.',
    fields: ['reasons'],
  },
  'service-draining': {
    level: 'info',
    means: 'A signal told it to go: it drains within the window, then stops.',
    fields: ['signal', 'windowMs'],
  },
  'service-drained': {
    level: 'info',
    means: 'The drain is over; `clean`: within its window, without an error.',
    fields: ['ms', 'clean'],
  },
  'service-stopped': {
    level: 'info',
    means: 'Everything has been stopped; the process ends with this code.',
    fields: ['ms', 'code'],
  },
  'stop-incomplete': {
    level: 'error',
    means: 'A drain or a stop failed or took too long; the process ends with 1.',
    fields: [],
  },
  uncaught: {
    level: 'error',
    means: 'An exception or rejection that nothing caught: the process stops, and ends with 1. A bug.',
    fields: ['message', 'stack'],
  },
  'log-level-changed': {
    level: 'warn',
    means:
      'Somebody changed the log level on the admin port, or its time was over; `forS` absent: until the end.',
    fields: ['from', 'to', 'forS'],
  },
} as const satisfies LogLines;

/** Writes a line of `KIT_LOGS`. */
export const log = logWriter(KIT_LOGS);
