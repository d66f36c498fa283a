/** Characters of a room's name, as the server takes them. */
const ROOM = /^[\p{L}\p{N}._-]{1,40}$/u;

/** Why a room's name will not do, or undefined. */
export function roomProblem(room: string): 'empty' | 'form' | undefined {
  if (room === '') return 'empty';
  return ROOM.test(room) ? undefined : 'form';
}

/** The room that an address names, by `/r/NAME` or `?room=NAME`; undefined if none, or none that can be. */
export function roomOf({
  pathname,
  search,
}: {
  readonly pathname: string;
  readonly search: string;
}): string | undefined {
  const named = /^\/r\/([^/]+)$/.exec(pathname)?.[1];
  const room = named === undefined ? new URLSearchParams(search).get('room') : decoded(named);
  return room !== null && room !== undefined && roomProblem(room) === undefined ? room : undefined;
}

/** The address that brings others into a room. */
export function linkTo(origin: string, room: string): string {
  return `${origin}/r/${encodeURIComponent(room)}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
