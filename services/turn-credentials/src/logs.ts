import { logWriter } from '@parley/kit';
import type { LogLines } from '@parley/kit';

/** Log lines of the credentials service: what it mints is counted, not logged. */
export const TURN_LOGS = {
  'http-route-failed': {
    level: 'error',
    means: 'A route threw, and was answered 500; `error` is the name of the exception. A bug.',
    fields: ['error'],
  },
} as const satisfies LogLines;

/** Writes a line of `TURN_LOGS`. */
export const log = logWriter(TURN_LOGS);
