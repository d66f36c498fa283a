import type { RoomState } from '@parley/protocol/internal';

/** The gateways of a room's members, online or away: those that hold copies of it. */
export function gatewaysOf(state: RoomState): Set<string> {
  const gateways = new Set<string>();
  for (const { gateway } of state.members.values()) gateways.add(gateway);
  return gateways;
}
