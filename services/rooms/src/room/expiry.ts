import type { Binding, RoomState } from '@parley/protocol/internal';

/** Since when (milliseconds of healthy time) a member is away with that n, as this owner knows it. */
export interface Away extends Binding {
  readonly since: number;
}

/** What is known of who is away, by participant id. */
export type AwayTable = ReadonlyMap<string, Away>;

/** How the room moved, and when. */
export interface AwayUpdate {
  /** Absent when the room was just loaded: everybody away then gets the full window from now. */
  readonly before?: RoomState;
  readonly after: RoomState;
  readonly now: number;
  /** When lost gateways were last heard: the window of their members counts from there. */
  readonly lastHeard?: ReadonlyMap<string, number>;
}

/** The table after the room moved: who was away with this n stays so since then, others count from now. */
export function trackAway(table: AwayTable, { before, after, now, lastHeard }: AwayUpdate): AwayTable {
  const next = new Map<string, Away>();
  for (const { id, n, online, gateway } of after.members.values()) {
    if (online) continue;
    const tracked = table.get(id);
    if (tracked?.n === n) {
      next.set(id, tracked);
      continue;
    }
    const seen = before?.members.get(id);
    const wasOnlineThere = seen?.online === true && seen.n === n;
    const since = wasOnlineThere ? (lastHeard?.get(gateway) ?? now) : now;
    next.set(id, { id, n, since });
  }
  return next;
}

/** Whose resume window has passed at `now`. */
export function expired(table: AwayTable, now: number, resumeMs: number): Binding[] {
  return [...table.values()].filter(({ since }) => now - since >= resumeMs).map(({ id, n }) => ({ id, n }));
}
