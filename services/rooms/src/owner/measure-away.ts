import type { RoomState } from '@parley/protocol/internal';
import type { AwayTable } from '../room/expiry.js';
import type { Context } from './context.js';

/** Puts into metrics who went away, because a gateway died, and how long those were away who are not any more. */
export function measureAway(
  { telemetry, healthy, config }: Pick<Context, 'telemetry' | 'healthy' | 'config'>,
  {
    before,
    after,
    state,
  }: { readonly before: AwayTable; readonly after: AwayTable; readonly state: RoomState },
): void {
  const now = healthy.now();
  for (const { id, n, since } of after.values()) {
    // Whose connection ended counts from now: the gateway has measured how long its word took.
    if (before.get(id)?.n !== n && since < now)
      telemetry.observe('parley_rooms_away_detection_seconds', (now - since) / 1_000);
  }
  for (const { id, since } of before.values()) {
    if (after.has(id)) continue;
    const end = state.members.has(id) ? 'returned' : now - since >= config.resumeMs ? 'expired' : 'left';
    telemetry.observe('parley_rooms_away_seconds', (now - since) / 1_000, { end });
  }
}
