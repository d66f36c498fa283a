import { z } from 'zod';
import type { Cancel, Clock } from '../ports/clock.js';
import type { LogLevel, Telemetry } from '../ports/telemetry.js';
import type { Logger } from '../telemetry/create-logger.js';
import { log } from '../telemetry/kit-logs.js';
import type { AdminRoute } from './admin-route.js';

/** What the routes work with. */
export interface LogLevelRouteDeps {
  readonly logger: Pick<Logger, 'level' | 'setLevel' | 'writes'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly telemetry: Pick<Telemetry, 'log'>;
}

/** `forS`: seconds until the level is again as the process was started with. */
const wish = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']),
  forS: z.int().min(1).max(86_400).optional(),
});

const WANTED = '{"level":"debug|info|warn|error","forS":1 to 86400}';

/**
 * `GET /log-level` tells the level; `PUT /log-level` with `{"level":"debug","forS":600}` changes it at once, for so many
 * seconds, or without `forS` until the process ends. The latest change wins.
 */
export function logLevelRoute({ logger, clock, telemetry }: LogLevelRouteDeps): readonly AdminRoute[] {
  const first = logger.level();
  let cancel: Cancel = () => undefined;
  const change = (to: LogLevel | 'silent', forS?: number): void => {
    const from = logger.level();
    // It shall be seen, whichever of the two levels lets it through.
    const before = logger.writes('warn');
    if (before) log(telemetry, 'log-level-changed', { from, to, forS });
    logger.setLevel(to);
    if (!before) log(telemetry, 'log-level-changed', { from, to, forS });
  };
  return [
    { method: 'GET', path: '/log-level', answer: () => ({ status: 200, body: { level: logger.level() } }) },
    {
      method: 'PUT',
      path: '/log-level',
      answer: ({ body }) => {
        const wished = wish.safeParse(parse(body));
        if (!wished.success) return { status: 400, body: { error: WANTED } };
        const { level, forS } = wished.data;
        cancel();
        cancel = forS === undefined ? () => undefined : clock.after(forS * 1_000, () => change(first));
        change(level, forS);
        return { status: 200, body: wished.data };
      },
    },
  ];
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
