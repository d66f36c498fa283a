import { choice } from '@parley/kit';
import type { ConfigField } from '@parley/kit';

/** Which socket driver a process uses, where falling back to `ws` is right. */
export const socketField = {
  env: 'SOCKET',
  schema: choice(['auto', 'uws', 'ws']),
  default: 'auto',
  description: 'Socket driver: uWebSockets.js, `ws`, or `auto`: whichever this machine can load',
} as const satisfies ConfigField;
