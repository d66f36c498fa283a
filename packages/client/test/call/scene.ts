import { createFakeTrack } from './fake-track.js';
import type { FakeTrack } from './fake-track.js';
import { createWorld, enter } from './world.js';
import type { Party, World } from './world.js';
import type { MeshCallEvents, MeshCallOptions } from '../../src/call/index.js';

/** Two participants in a call, connected, nobody sending anything. */
export interface Scene {
  readonly world: World;
  readonly a: Party;
  readonly b: Party;
  pass(ms: number): Promise<void>;
}

/** `a` comes first; it is the polite one only if its id happens to be greater. */
export async function twoConnected(seed = 1, options: Partial<MeshCallOptions> = {}): Promise<Scene> {
  const world = createWorld(seed);
  const a = enter(world, options);
  const b = enter(world, options);
  await world.clock.advance(2_000);
  return { world, a, b, pass: (ms) => world.clock.advance(ms) };
}

let names = 0;

/** A new track, added to the call. */
export function share(
  party: Party,
  source: string,
  kind = source === 'microphone' ? 'audio' : 'video',
): FakeTrack {
  const track = createFakeTrack(kind, `${source}${(names += 1)}`);
  party.call.addTrack(track, { source });
  return track;
}

/** Everything that a call tells of one kind, from now on. */
export function heard<E extends keyof MeshCallEvents>(party: Party, event: E): MeshCallEvents[E][] {
  const all: MeshCallEvents[E][] = [];
  party.call.on(event, (what) => all.push(what));
  return all;
}

/** The sources that arrive. */
export function arriving({ call }: Party): string[] {
  return call.remoteTracks.map(({ source }) => source).sort();
}

/** Messages sent by both, of one kind. */
export function sent({ a, b }: Scene, kind: string): number {
  return (a.client.sent.get(kind) ?? 0) + (b.client.sent.get(kind) ?? 0);
}

/** How it stands with each other participant. */
export function states({ call }: Party): string[] {
  return [...call.peers.values()];
}

/** The path between the two dies. */
export function cut({ a }: Scene): void {
  const pc = a.pcs.at(-1);
  const other = pc?.connectedTo;
  pc?.losePath();
  other?.losePath();
}
