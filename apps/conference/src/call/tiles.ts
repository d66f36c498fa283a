import type { Person } from './people.js';

/** A track that arrives, or that this end sends (`from` is empty then). */
export interface ShownTrack {
  readonly from: string;
  readonly source: string;
  readonly track: MediaStreamTrack;
}

/** A rectangle of the stage: somebody's camera, or the initials, or a screen. */
export interface Tile {
  readonly key: string;
  readonly kind: 'camera' | 'screen';
  readonly person: Person;
  readonly self: boolean;
  readonly track: MediaStreamTrack | undefined;
}

/** The tiles of a call: one for each person and one for each shared screen, screens first. */
export function tilesOf(people: readonly Person[], tracks: readonly ShownTrack[]): readonly Tile[] {
  const find = (person: Person, source: string): MediaStreamTrack | undefined =>
    tracks.find((one) => one.from === person.id && one.source === source)?.track;
  const cameras = people.map((person): Tile => {
    const { firstId, self } = person;
    return { key: `camera:${firstId}`, kind: 'camera', person, self, track: find(person, 'camera') };
  });
  const screens = people.flatMap((person): Tile[] => {
    const track = find(person, 'screen');
    return track ? [{ key: `screen:${person.firstId}`, kind: 'screen', person, self: false, track }] : [];
  });
  return [...screens, ...cameras];
}

/** The tile that the others make room for: the one pinned, else the first screen of somebody else, else one's own. */
export function focusOf(tiles: readonly Tile[], pinned: string | undefined): string | undefined {
  if (tiles.length > 1 && tiles.some(({ key }) => key === pinned)) return pinned;
  const screens = tiles.filter(({ kind }) => kind === 'screen');
  return (screens.find(({ person }) => !person.self) ?? screens[0])?.key;
}
