import { logWriter } from '@parley/kit';
import type { LogLines } from '@parley/kit';

/** Log lines of every process that belongs to a cluster. */
export const PROCESS_LOGS = {
  'bus-connected': { level: 'info', means: 'A link to the bus is up.', fields: [] },
  'bus-disconnected': {
    level: 'warn',
    means: 'A link to the bus is down, or did not come up; told every 10 s at most.',
    fields: ['reason'],
  },
  'endpoint-fault': {
    level: 'error',
    means: 'What the bus brought could not be handled, by kind; it is left out.',
    fields: ['kind'],
  },
} as const satisfies LogLines;

/** Writes a line of `PROCESS_LOGS`. */
export const log = logWriter(PROCESS_LOGS);
