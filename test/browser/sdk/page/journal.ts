import type { MeshCall, SignalingClient } from '@parley/client';

/** What has happened in a call, in lines of words; everybody is called by name. */
export interface Journal {
  readonly lines: readonly string[];
  /** Who is in the room, by the roster. */
  people(): readonly string[];
  /** Also of those who have left. */
  nameOf(id: string): string;
}

/** Begins with what happens from now on. */
export function createJournal(signaling: SignalingClient, call: MeshCall): Journal {
  const lines: string[] = [];
  const names = new Map<string, string>();
  const nameOf = (id: string): string => names.get(id) ?? id;
  const write = (...words: readonly unknown[]): void => void lines.push(words.join(' '));
  const noticeDoubles = (where: string, present: readonly string[]): void => {
    const double = present.filter((name, index) => present.indexOf(name) !== index);
    for (const name of double) write('twice', name, where);
  };
  const people = (): readonly string[] =>
    [...(signaling.roster?.participants.values() ?? [])].map(({ name = '' }) => name);
  signaling.on('roster', ({ roster }) => {
    for (const { id, name = '' } of roster.participants.values()) names.set(id, name);
    noticeDoubles('in the room', people());
  });
  signaling.on('joined', ({ participant: { id, name = '' } }) => {
    names.set(id, name);
    write('joined', name);
  });
  signaling.on('left', ({ participant: { name }, reason }) => write('left', name, reason));
  signaling.on('state', ({ name }) => write('signaling', name));
  signaling.on('rejoined', () => write('rejoined'));
  signaling.on('reset', ({ peer }) => write('reset', nameOf(peer)));
  signaling.on('fault', ({ error }) => write('fault', error));
  call.on('peer', ({ id, state }) => {
    write('peer', nameOf(id), state);
    noticeDoubles('in the call', [...call.peers.keys()].map(nameOf));
  });
  call.on('renamed', ({ to }) => write('renamed', nameOf(to)));
  call.on('track', ({ from, source }) => write('track', nameOf(from), source));
  call.on('trackEnded', ({ from, source }) => write('trackEnded', nameOf(from), source));
  call.on('muted', ({ from, sources }) => write('muted', nameOf(from), ...sources));
  call.on('collision', ({ peer }) => write('collision', nameOf(peer)));
  call.on('fault', ({ error }) => write('fault', error));
  return { lines, nameOf, people };
}
