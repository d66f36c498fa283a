import type { SignalingClient } from '../signaling/signaling-client.js';
import type { TrackSource } from './senders.js';

/** The attribute that lists what a participant has muted, separated by commas. */
const MUTED = 'muted';

/** Which sources a participant has muted, as its attributes tell. */
export function mutedSources(attributes: Readonly<Record<string, string>>): ReadonlySet<TrackSource> {
  return new Set(attributes[MUTED]?.match(/[^,]+/g));
}

/** Tells the others by one's own attributes, unless they know. Rejects as `update` does. */
export async function tellMuted(
  { id, roster, update }: Pick<SignalingClient, 'id' | 'roster' | 'update'>,
  sources: ReadonlySet<TrackSource>,
): Promise<void> {
  const attributes = roster?.participants.get(id ?? '')?.attributes;
  const muted = [...sources].join();
  if (attributes && (attributes[MUTED] ?? '') !== muted)
    await update({ attributes: { ...attributes, [MUTED]: muted } });
}
