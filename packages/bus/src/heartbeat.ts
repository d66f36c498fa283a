import type { Peer, Role } from './directory.js';

/** What a heartbeat says of its sender (whose id comes with the record). */
export type HeartbeatState = Omit<Peer, 'id'>;

/** Every heartbeat record begins with these bytes, and no other record may. */
export const HEARTBEAT_PREFIX = 'heartbeat\n';

const MAX_BYTES = 1024;
const ROLES: readonly unknown[] = ['gateway', 'rooms', 'turn-credentials'] satisfies Role[];
const prefix = new TextEncoder().encode(HEARTBEAT_PREFIX);

/** The record of a heartbeat: the prefix, then JSON. */
export function encodeHeartbeat({ role, canOwn, draining }: HeartbeatState): Uint8Array {
  return new TextEncoder().encode(HEARTBEAT_PREFIX + JSON.stringify({ role, canOwn, draining }));
}

/** Whether a record begins as a heartbeat does; reads one byte of most others. */
export function isHeartbeat(record: Uint8Array): boolean {
  return prefix.every((byte, at) => record[at] === byte);
}

/** What a heartbeat record says; undefined if it is malformed. Unknown fields are ignored: newer versions may add some. */
export function decodeHeartbeat(record: Uint8Array): HeartbeatState | undefined {
  if (record.length > MAX_BYTES || !isHeartbeat(record)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(record.subarray(prefix.length)));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { role, canOwn, draining } = value as Record<string, unknown>;
  if (!isRole(role) || typeof canOwn !== 'boolean' || typeof draining !== 'boolean') return undefined;
  return { role, canOwn, draining };
}

function isRole(value: unknown): value is Role {
  return ROLES.includes(value);
}
